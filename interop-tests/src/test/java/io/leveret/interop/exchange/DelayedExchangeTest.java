package io.leveret.interop.exchange;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Headers;
import io.leveret.interop.Ours;
import io.leveret.interop.Patience;
import io.leveret.interop.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class DelayedExchangeTest {

    private static final String TYPE = "x-delayed-message";

    @Case("orders are cancelled after their time unless they are paid")
    @Ours
    void orderTimeout(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = declare(peer, channel, "later", Map.of());
        String queue = bound(peer, channel, "timeouts", exchange);
        channel.confirmSelect();

        peer.publish(channel, exchange, queue, order("order-1", 2_000), "order-1");
        peer.publish(channel, exchange, queue, order("order-2", 2_000), "order-2");
        peer.publish(channel, exchange, queue, order("order-3", 600_000), "order-3");
        paid(channel, exchange, queue, "order-1");
        channel.waitForConfirmsOrDie(Patience.MS);
        peer.observe(channel.messageCount(queue));

        GetResponse timedOut = next(peer, channel, queue);
        peer.observe(
                timedOut,
                timedOut.getProps().getMessageId(),
                timedOut.getProps().getHeaders());
        peer.observe(channel.messageCount(queue));
        peer.expect("0", "order-2", "order-2", "{x-delay=-2000}", "0");
    }

    @Case("messages leave an x-delayed-message exchange as they are due, those without a delay at once")
    @Ours
    void dueOrder(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = declare(peer, channel, "later", Map.of());
        String queue = bound(peer, channel, "q", exchange);

        long soonMs = System.currentTimeMillis() + 1_500;
        peer.publish(channel, exchange, queue, Headers.of("x-deliver-at", String.valueOf(soonMs + 1)), "third");
        peer.publish(channel, exchange, queue, Headers.of("x-deliver-at", soonMs), "second");
        peer.publish(channel, exchange, queue, "first");
        peer.eventually(() -> channel.messageCount(queue) == 3);

        peer.observe(String.join(" ", peer.drain(channel, queue)));
        peer.expect("first second third");
    }

    @Case("x-deliver-at wins over x-delay")
    @Ours
    void deliverAt(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = declare(peer, channel, "later", Map.of());
        String queue = bound(peer, channel, "q", exchange);

        Map<String, Object> past = Map.of("x-deliver-at", 1_000L, "x-delay", 600_000);
        peer.publish(channel, exchange, queue, Headers.of(past), "past");
        long soonMs = System.currentTimeMillis() + 200;
        peer.publish(channel, exchange, queue, Headers.of("x-deliver-at", soonMs), "soon");

        GetResponse first = next(peer, channel, queue);
        GetResponse second = next(peer, channel, queue);
        peer.observe(first, second, System.currentTimeMillis() >= soonMs);
        peer.expect("past", "soon", "true");
    }

    @Case("a transaction delays and cancels when it is committed, and not at all when it is rolled back")
    @Ours
    void transaction(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = declare(peer, channel, "later", Map.of());
        String queue = bound(peer, channel, "q", exchange);
        channel.txSelect();
        peer.publish(channel, exchange, queue, order("one", 300), "one");
        channel.txCommit();
        peer.publish(channel, exchange, queue, order("two", 100), "two");
        paid(channel, exchange, queue, "one");
        channel.txRollback();
        peer.publish(channel, exchange, queue, order("three", 100), "three");
        paid(channel, exchange, queue, "three");
        channel.txCommit();

        peer.observe(next(peer, channel, queue), channel.messageCount(queue));
        peer.expect("one", "0");
    }

    @Case("what an x-delayed-message exchange can't route when it is due goes to its alternate exchange")
    @Ours
    void alternate(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String other = peer.exchange(channel, "other", "fanout");
        String queue = bound(peer, channel, "q", other);
        String exchange = declare(peer, channel, "later", Map.of("alternate-exchange", other));

        peer.publish(channel, exchange, "nowhere", Headers.of("x-delay", 50), "message");

        peer.observe(next(peer, channel, queue));
        peer.expect("message");
    }

    @Case("what an x-delayed-message exchange can't route when it is due is dead-lettered")
    @Ours
    void deadLetter(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "dead");
        Map<String, Object> arguments = Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", queue);
        String exchange = declare(peer, channel, "later", arguments);

        peer.publish(channel, exchange, "nowhere", Headers.of("x-delay", 50), "message");

        Map<String, Object> headers = next(peer, channel, queue).getProps().getHeaders();
        peer.observe(headers.get("x-first-death-reason"), headers.get("x-first-death-queue"));
        peer.observe(headers.get("x-delay"));
        peer.expect("unroutable", "later", "-50");
    }

    @Case("a delayed message is not returned, though it is mandatory and nothing is bound")
    @Ours
    void mandatory(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = declare(peer, channel, "later", Map.of());
        channel.addReturnListener(
                returned -> peer.observe("returned " + new String(returned.getBody(), StandardCharsets.UTF_8)));
        channel.confirmSelect();

        channel.basicPublish(exchange, "nowhere", true, Headers.of("x-delay", 60_000), new byte[0]);
        channel.waitForConfirmsOrDie(Patience.MS);
        peer.observe("confirmed");
        peer.expect("confirmed");
    }

    @Case("an x-delay that is no number, or too large, is 406")
    @Ours
    void refusesDelays(Peer peer) throws Exception {
        for (Object delay : new Object[] {true, "soon", 4_294_967_296L}) {
            Channel channel = peer.channel();
            String exchange = declare(peer, channel, "later", Map.of());
            peer.attempt(channel, () -> {
                peer.publish(channel, exchange, "key", Headers.of("x-delay", delay), "message");
                peer.roundTrip(channel);
                return "taken";
            });
        }
        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - invalid message:"
                        + " {unacceptable_type_in_header,\"x-delay\",bool} [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid x-delay 'soon': no_integer [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid x-delay '4294967296':"
                        + " {value_too_large,4294967296} [basic.publish]");
    }

    @Case("an x-deliver-at that is no number or too far ahead, or an x-cancel that is none, is 406")
    @Ours
    void refusesTimesAndCancels(Peer peer) throws Exception {
        publishRefused(peer, Map.of("x-deliver-at", true), "m", "");
        publishRefused(peer, Map.of("x-deliver-at", "tomorrow"), "m", "");
        publishRefused(peer, Map.of("x-deliver-at", Long.MAX_VALUE), "m", "");
        publishRefused(peer, Map.of("x-cancel", "true"), "m", "");
        publishRefused(peer, Map.of("x-cancel", true), null, "");
        publishRefused(peer, Map.of("x-cancel", true), "m", "body");
        String refused = "channel closed: 406 PRECONDITION_FAILED - ";
        peer.expect(
                refused + "invalid message: {unacceptable_type_in_header,\"x-deliver-at\",bool} [basic.publish]",
                refused + "invalid x-deliver-at 'tomorrow': no_integer [basic.publish]",
                refused
                        + "invalid x-deliver-at '9223372036854775807': {value_too_large,9223372036854775807} [basic.publish]",
                refused + "invalid message: {unacceptable_type_in_header,\"x-cancel\",longstr} [basic.publish]",
                refused + "invalid message: 'x-cancel' without a message_id [basic.publish]",
                refused + "invalid message: 'x-cancel' with a body of 4 octets, expected none [basic.publish]");
    }

    private static void publishRefused(Peer peer, Map<String, Object> headers, @Nullable String messageId, String body)
            throws Exception {
        Channel channel = peer.channel();
        String exchange = declare(peer, channel, "later", Map.of());
        BasicProperties properties = new BasicProperties.Builder()
                .messageId(messageId)
                .headers(headers)
                .build();
        peer.attempt(channel, () -> {
            peer.publish(channel, exchange, "key", properties, body);
            peer.roundTrip(channel);
            return "taken";
        });
    }

    @Case("an x-delayed-type that is missing or names no other type, or another one than before, is 406")
    @Ours
    void refusesTypes(Peer peer) throws Exception {
        Map<String, Object> none = Map.of();
        for (Map<String, Object> arguments : List.of(
                none,
                Map.<String, Object>of("x-delayed-type", TYPE),
                Map.<String, Object>of("x-delayed-type", "odd"),
                Map.<String, Object>of("x-delayed-type", "direct", "x-dead-letter-routing-key", "key"))) {
            Channel channel = peer.channel();
            peer.attempt(channel, () -> channel.exchangeDeclare(peer.name("refused"), TYPE, true, false, arguments));
        }
        declare(peer, peer.channel(), "direct", Map.of());
        Channel other = peer.channel();
        peer.attempt(
                other,
                () -> other.exchangeDeclare(peer.name("direct"), TYPE, true, false, Map.of("x-delayed-type", "topic")));
        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - Invalid argument, 'x-delayed-type' must be an existing"
                        + " exchange type [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - Invalid argument, 'x-delayed-message' can't be used for"
                        + " 'x-delayed-type' [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - unknown exchange type 'odd' [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-dead-letter-routing-key' for exchange 'refused'"
                        + " in vhost '/': routing_key_but_no_dlx_defined [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-delayed-type' for exchange 'direct' in vhost"
                        + " '/': received 'topic' but current is 'direct' [exchange.declare]");
    }

    private static BasicProperties order(String id, long delayMs) {
        return new BasicProperties.Builder()
                .messageId(id)
                .deliveryMode(2)
                .headers(Map.of("x-delay", delayMs))
                .build();
    }

    private static void paid(Channel channel, String exchange, String key, String id) throws IOException {
        BasicProperties cancel = new BasicProperties.Builder()
                .messageId(id)
                .headers(Map.of("x-cancel", true))
                .build();
        channel.basicPublish(exchange, key, cancel, new byte[0]);
    }

    private static String declare(Peer peer, Channel channel, String name, Map<String, Object> further)
            throws IOException {
        Map<String, Object> arguments = new HashMap<>(further);
        arguments.put("x-delayed-type", "direct");
        channel.exchangeDeclare(peer.name(name), TYPE, true, false, arguments);
        return peer.name(name);
    }

    private static String bound(Peer peer, Channel channel, String name, String exchange) throws IOException {
        String queue = peer.queue(channel, name);
        channel.queueBind(queue, exchange, queue);
        return queue;
    }

    private static GetResponse next(Peer peer, Channel channel, String queue) throws Exception {
        peer.eventually(() -> channel.messageCount(queue) > 0);
        return channel.basicGet(queue, true);
    }
}
