package io.leveret.interop.exchange;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Headers;
import io.leveret.interop.Peer;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

final class ConsistentHashExchangeTest {

    private static final int MESSAGES = 600;

    @Case("x-consistent-hash shares routing keys out among the bound queues, each to one")
    void sharesOut(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, Map.of(), "1", "1", "1");

        spread.publish(MESSAGES, i -> "key" + i, i -> null);

        peer.observe(spread.total(), spread.isEven());
        peer.expect("600", "true");
    }

    @Case("x-consistent-hash sends messages with one routing key to one queue")
    void sameKeySameQueue(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, Map.of(), "1", "2", "3");

        spread.publish(MESSAGES, i -> "key", i -> null);

        peer.observe(spread.usedQueues(), spread.total());
        peer.expect("1", "600");
    }

    @Case("x-consistent-hash: a binding's key is its weight")
    void weights(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, Map.of(), "1", "9");

        spread.publish(1_000, i -> "key" + i, i -> null);

        peer.observe(spread.total(), spread.count(0) > 50 && spread.count(0) < 160);
        peer.expect("1000", "true");
    }

    @Case("x-consistent-hash with hash-header goes by that header")
    void header(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, Map.of("hash-header", "tenant"), "1", "1", "1");

        spread.publish(MESSAGES, i -> "key", i -> Headers.of("tenant", "t" + i));

        peer.observe(spread.total(), spread.isEven());
        peer.expect("600", "true");
    }

    @Case("x-consistent-hash with hash-header ignores the routing key")
    void headerNotKey(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, Map.of("hash-header", "tenant"), "1", "1", "1");

        spread.publish(MESSAGES, i -> "key" + i, i -> Headers.of("tenant", "one"));

        peer.observe(spread.usedQueues());
        peer.expect("1");
    }

    @Case("x-consistent-hash sends all messages that lack the header to one queue")
    void headerMissing(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, Map.of("hash-header", "tenant"), "1", "1", "1");

        spread.publish(MESSAGES, i -> "key" + i, i -> null);

        peer.observe(spread.usedQueues(), spread.total());
        peer.expect("1", "600");
    }

    @Case("x-consistent-hash with hash-property goes by message_id, correlation_id or timestamp")
    void properties(Peer peer) throws Exception {
        sharesOutBy(peer, "message_id", i -> builder().messageId("id" + i).build());
        sharesOutBy(
                peer, "correlation_id", i -> builder().correlationId("id" + i).build());
        sharesOutBy(
                peer,
                "timestamp",
                i -> builder().timestamp(new Date(1_000L * i)).build());

        peer.expect("true", "true", "true");
    }

    @Case("x-consistent-hash sends all messages that lack the property to one queue")
    void propertyMissing(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, Map.of("hash-property", "message_id"), "1", "1", "1");

        spread.publish(MESSAGES, i -> "key" + i, i -> null);

        peer.observe(spread.usedQueues(), spread.total());
        peer.expect("1", "600");
    }

    @Case("x-consistent-hash goes by the first routing key, whatever CC says")
    void carbonCopies(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, Map.of(), "1", "1", "1");

        spread.publish(MESSAGES, i -> "key", i -> Headers.of("CC", List.of("cc" + i)));

        peer.observe(spread.usedQueues(), spread.total());
        peer.expect("1", "600");
    }

    @Case("x-consistent-hash may be bound to exchanges")
    void toExchanges(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String source = peer.exchange(channel, "x", "x-consistent-hash");
        String target = peer.exchange(channel, "fanout", "fanout");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, target, "");

        peer.attempt(channel, () -> channel.exchangeBind(target, source, "3"));
        peer.publish(channel, source, "key", "through");
        peer.observe(channel.basicGet(queue, true));

        peer.expect("exchange.bind-ok", "through");
    }

    @Case("of several bindings of one queue only the first has a weight, and the queue loses it with any of them")
    @Differs(
            because = "in Leveret the weights of a queue's bindings add up",
            leveret = {"true", "true"})
    void severalBindings(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, Map.of(), "1", "1");
        spread.bind(0, "2", Map.of());
        spread.publish(MESSAGES, i -> "key" + i, i -> null);
        peer.observe(spread.count(0) > 350);

        spread.unbind(0, "2");
        spread.purge();
        spread.publish(MESSAGES, i -> "key" + i, i -> null);
        peer.observe(spread.count(0) > 0);

        peer.expect("false", "false");
    }

    @Case("x-consistent-hash: when a queue goes, keys of others move as well")
    @Differs(
            because =
                    "in Leveret only the keys of the queue that goes move; which queue has which keys does not depend on the"
                            + " order of bindings, and is another one than in RabbitMQ",
            leveret = "true")
    void movesFewKeys(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, Map.of(), "1", "1", "1", "1");
        spread.publish(MESSAGES, i -> "key" + i, i -> null);
        List<String> third = spread.take(2);

        spread.unbind(0, "1");
        spread.purge();
        spread.publish(MESSAGES, i -> "key" + i, i -> null);
        peer.observe(spread.take(2).containsAll(third));

        peer.expect("false");
    }

    @Case("x-consistent-hash without bindings routes to its alternate exchange")
    void alternate(Peer peer) throws Exception {
        Spread.expectAlternate(peer, "x-consistent-hash", "1");
    }

    @Case("a queue that is deleted leaves its keys to the others")
    void deletedQueue(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, Map.of(), "1", "1", "1");

        spread.delete(1);
        spread.publish(MESSAGES, i -> "key" + i, i -> null);

        peer.observe(spread.total());
        peer.expect("600");
    }

    private static void sharesOutBy(Peer peer, String property, IntFunction<BasicProperties> properties)
            throws Exception {
        Spread spread = Spread.of(peer, Map.of("hash-property", property), "1", "1", "1");
        spread.publish(MESSAGES, i -> "key", properties);
        peer.observe(spread.isEven());
    }

    private static BasicProperties.Builder builder() {
        return new BasicProperties.Builder();
    }
}
