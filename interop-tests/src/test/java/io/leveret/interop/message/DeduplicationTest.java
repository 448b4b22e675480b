package io.leveret.interop.message;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Confirms;
import io.leveret.interop.Ours;
import io.leveret.interop.Peer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Duplicates, as RabbitMQ knows them with the plugin rabbitmq_message_deduplication, and LavinMQ without one. */
final class DeduplicationTest {

    private static final String KEY = "x-deduplication-header";

    @Case("a duplicate is confirmed, not returned, and not in the queue")
    @Ours
    void confirmed(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = unique(peer, channel, Map.of());
        channel.confirmSelect();
        Confirms confirms = Confirms.of(channel);

        for (String body : new String[] {"m1", "m2", "m3"}) {
            channel.basicPublish("", queue, true, key("k"), body.getBytes(StandardCharsets.UTF_8));
        }
        peer.observe(confirms.await(3), peer.drain(channel, queue));

        peer.expect("3 acked, 0 nacked, numbers up to 3", "[m1]");
    }

    @Case("a message without a key is no duplicate")
    @Ours
    void withoutKey(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = unique(peer, channel, Map.of());

        peer.publish(channel, "", queue, "m1", "m1");
        peer.publish(channel, "", queue, headers("other", "k"), "m2");
        peer.publish(channel, "", queue, headers("other", "k"), "m3");
        peer.observe(peer.drain(channel, queue));

        peer.expect("[m1, m1, m2, m3]");
    }

    @Case("a queue's key is free once its message is acknowledged")
    @Ours
    void settled(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = unique(peer, channel, Map.of());

        peer.publish(channel, "", queue, key("k"), "m1");
        long tag = channel.basicGet(queue, false).getEnvelope().getDeliveryTag();
        peer.publish(channel, "", queue, key("k"), "while m1 is delivered");
        channel.basicAck(tag, false);
        peer.publish(channel, "", queue, key("k"), "m2");
        peer.observe(peer.drain(channel, queue));

        peer.expect("[m2]");
    }

    @Case("a queue with x-cache-size remembers a key after its message is gone, until as many others came")
    @Ours
    void remembered(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = unique(peer, channel, Map.of("x-cache-size", 2));

        for (String key : new String[] {"a", "b", "a", "c", "a"}) {
            peer.publish(channel, "", queue, key(key), key);
            peer.observe(peer.drain(channel, queue));
        }

        peer.expect("[a]", "[b]", "[]", "[c]", "[a]");
    }

    @Case("x-deduplication-header as an argument names the header")
    @Ours
    void namedHeader(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = unique(peer, channel, Map.of(KEY, "id"));

        peer.publish(channel, "", queue, headers("id", 5), "int");
        peer.publish(channel, "", queue, headers("id", 5L), "the same as a long");
        peer.publish(channel, "", queue, headers("id", "5"), "text");
        peer.publish(channel, "", queue, key("5"), "another header");
        peer.publish(channel, "", queue, key("5"), "another header");
        peer.observe(peer.drain(channel, queue));

        peer.expect("[int, text, another header, another header]");
    }

    @Case("an x-message-deduplication exchange sends each key to every bound queue once")
    @Ours
    void exchangeType(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.name("x");
        channel.exchangeDeclare(exchange, "x-message-deduplication", false, false, Map.of("x-cache-size", 100));
        String one = peer.queue(channel, "q1");
        String two = peer.queue(channel, "q2");
        channel.queueBind(one, exchange, "");
        channel.queueBind(two, exchange, "whatever");

        peer.publish(channel, exchange, "", key("k"), "m1");
        peer.publish(channel, exchange, "r", key("k"), "m2");
        peer.publish(channel, exchange, "r", key("l"), "m3");
        peer.publish(channel, exchange, "r", "m4", "m4");
        peer.observe(peer.drain(channel, one), peer.drain(channel, two));

        peer.expect("[m1, m3, m4, m4]", "[m1, m3, m4, m4]");
    }

    @Case("an exchange of any type with the argument x-message-deduplication routes no key twice")
    @Ours
    void exchangeArgument(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.name("x");
        channel.exchangeDeclare(exchange, "topic", false, false, Map.of("x-message-deduplication", true));
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, exchange, "a.*");

        peer.publish(channel, exchange, "b.b", key("k"), "nowhere");
        peer.publish(channel, exchange, "a.b", key("k"), "m1");
        peer.publish(channel, exchange, "a.c", key("k"), "m2");
        peer.observe(peer.drain(channel, queue));

        peer.expect("[m1]");
    }

    @Case("an exchange behind another one knows duplicates, too, and an alternate exchange does not get them")
    @Ours
    void behind(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String front = peer.exchange(channel, "front", "fanout");
        String other = peer.exchange(channel, "other", "fanout");
        String exchange = peer.name("x");
        channel.exchangeDeclare(
                exchange, "fanout", false, false, Map.of("x-message-deduplication", true, "alternate-exchange", other));
        channel.exchangeBind(exchange, front, "");
        String queue = peer.queue(channel, "q");
        String plain = peer.queue(channel, "plain");
        String rest = peer.queue(channel, "rest");
        channel.queueBind(queue, exchange, "");
        channel.queueBind(plain, front, "");
        channel.queueBind(rest, other, "");

        peer.publish(channel, front, "", key("k"), "m1");
        peer.publish(channel, front, "", key("k"), "m2");
        peer.observe(peer.drain(channel, queue), peer.drain(channel, plain), peer.drain(channel, rest));

        peer.expect("[m1]", "[m1, m2]", "[]");
    }

    @Case("a transaction takes keys when it is committed, and one twice is a duplicate within it")
    @Ours
    void transaction(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = unique(peer, channel, Map.of());
        Channel tx = channel.getConnection().createChannel();
        tx.txSelect();

        peer.publish(tx, "", queue, key("k"), "rolled back");
        tx.txRollback();
        peer.publish(tx, "", queue, key("k"), "m1");
        peer.publish(tx, "", queue, key("k"), "m2");
        peer.publish(tx, "", queue, key("l"), "late");
        peer.publish(channel, "", queue, key("l"), "m3");
        peer.roundTrip(channel);
        tx.txCommit();
        peer.observe(peer.drain(channel, queue));

        peer.expect("[m3, m1]");
    }

    @Case("arguments of deduplication of a wrong type or range are 406")
    @Ours
    void refusals(Peer peer) throws Exception {
        declare(peer, "x-message-deduplication", "yes");
        declare(peer, "x-cache-size", -5);
        declare(peer, "x-cache-size", "many");
        declare(peer, "x-cache-ttl", 0);
        declare(peer, KEY, 7);
        declare(peer, "x-cache-persistence", "tape");
        Channel channel = peer.channel();
        peer.attempt(
                channel,
                () -> channel.exchangeDeclare(
                        peer.name("x"), "x-message-deduplication", false, false, Map.of("x-cache-size", 10_000_001)));

        String refused = "channel closed: 406 PRECONDITION_FAILED - invalid arg ";
        String queue = " for queue 'q' in vhost '/': ";
        peer.expect(
                refused + "'x-message-deduplication'" + queue + "{unacceptable_type,longstr} [queue.declare]",
                refused + "'x-cache-size'" + queue + "{value_negative,-5} [queue.declare]",
                refused + "'x-cache-size'" + queue + "\"expected integer, got longstr\" [queue.declare]",
                refused + "'x-cache-ttl'" + queue + "{value_zero,0} [queue.declare]",
                refused + "'x-deduplication-header'" + queue + "{unacceptable_type,signedint} [queue.declare]",
                refused + "'x-cache-persistence'" + queue + "invalid_cache_persistence [queue.declare]",
                refused
                        + "'x-cache-size' for exchange 'x' in vhost '/': {value_too_large,10000001} [exchange.declare]");
    }

    @Case("a queue is not the same with another x-cache-size or without x-message-deduplication: 406")
    @Ours
    void equivalence(Peer peer) throws Exception {
        String queue = unique(peer, peer.channel(), Map.of("x-cache-size", 5));
        Channel larger = peer.channel();
        peer.attempt(larger, () -> peer.queue(larger, "q", arguments(Map.of("x-cache-size", 6))));
        Channel without = peer.channel();
        peer.attempt(without, () -> peer.queue(without, "q", Map.of("x-cache-size", 5)));
        peer.observe(queue);

        String refused = "channel closed: 406 PRECONDITION_FAILED - inequivalent arg ";
        peer.expect(
                refused + "'x-cache-size' for queue 'q' in vhost '/': received '6' but current is '5' [queue.declare]",
                refused
                        + "'x-message-deduplication' for queue 'q' in vhost '/': received none but current is the value"
                        + " 'true' of type 'bool' [queue.declare]",
                "q");
    }

    @Case("a key that is a table, or a time to remember it that is none, is 406")
    @Ours
    void badHeaders(Peer peer) throws Exception {
        Channel table = peer.channel();
        String queue = unique(peer, table, Map.of("x-cache-size", 5));
        peer.attempt(table, () -> {
            peer.publish(table, "", queue, headers(KEY, Map.of("a", 1)), "m1");
            return null;
        });
        Channel ttl = peer.channel();
        peer.attempt(ttl, () -> {
            peer.publish(
                    ttl,
                    "",
                    queue,
                    new BasicProperties.Builder()
                            .headers(Map.of(KEY, "k", "x-cache-ttl", -1))
                            .build(),
                    "m2");
            return null;
        });
        Channel forgetful = peer.channel();
        String remembersNothing = forgetful
                .queueDeclare("", false, true, false, Map.of("x-message-deduplication", true))
                .getQueue();
        peer.attempt(forgetful, () -> {
            peer.publish(forgetful, "", remembersNothing, headers("x-cache-ttl", true), "m3");
            return null;
        });
        peer.observe(peer.drain(peer.channel(), queue));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,\"x-deduplication-header\",table} [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid message: invalid header 'x-cache-ttl': {value_negative,-1} [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid message: invalid header 'x-cache-ttl': \"expected integer, got bool\" [basic.publish]",
                "[]");
    }

    @Case("a delayed exchange knows duplicates when they are published, and a queue when they fall due")
    @Ours
    void delayed(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String once = peer.name("once");
        channel.exchangeDeclare(once, "x-delayed-message", false, false, arguments(Map.of("x-delayed-type", "fanout")));
        String plain = peer.queue(channel, "plain");
        channel.queueBind(plain, once, "");
        String later = peer.name("later");
        channel.exchangeDeclare(later, "x-delayed-message", false, false, Map.of("x-delayed-type", "fanout"));
        String queue = unique(peer, channel, Map.of());
        channel.queueBind(queue, later, "");

        peer.publish(channel, once, "", delayed("k", 100), "m1");
        peer.publish(channel, once, "", key("k"), "at once, but m1 waits");
        peer.publish(channel, later, "", delayed("k", 100), "m2");
        peer.publish(channel, later, "", delayed("k", 200), "due after m2");
        peer.publish(channel, later, "", delayed("l", 300), "m3");
        peer.eventually(() -> channel.messageCount(plain) == 1 && channel.messageCount(queue) == 2);
        peer.observe(peer.drain(channel, plain), peer.drain(channel, queue));

        peer.expect("[m1]", "[m2, m3]");
    }

    private static BasicProperties delayed(String key, int delayMs) {
        return new BasicProperties.Builder()
                .headers(Map.of(KEY, key, "x-delay", delayMs))
                .build();
    }

    private static void declare(Peer peer, String argument, Object value) throws Exception {
        Channel channel = peer.channel();
        peer.attempt(channel, () -> peer.queue(channel, "q", Map.of(argument, value)));
    }

    private static String unique(Peer peer, Channel channel, Map<String, Object> more) throws Exception {
        return peer.queue(channel, "q", arguments(more));
    }

    private static Map<String, Object> arguments(Map<String, Object> more) {
        Map<String, Object> arguments = new HashMap<>(more);
        arguments.put("x-message-deduplication", true);
        return arguments;
    }

    private static BasicProperties key(String key) {
        return headers(KEY, key);
    }

    private static BasicProperties headers(String name, Object value) {
        return new BasicProperties.Builder().headers(Map.of(name, value)).build();
    }
}
