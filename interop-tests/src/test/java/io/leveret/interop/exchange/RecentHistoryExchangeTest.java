package io.leveret.interop.exchange;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Headers;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

final class RecentHistoryExchangeTest {

    private static final String TYPE = "x-recent-history";

    @Case("x-recent-history sends each message to every bound queue, like a fanout exchange")
    void fanout(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", TYPE);
        String one = bound(peer, channel, "one", exchange, 0);
        String two = bound(peer, channel, "two", exchange, 0);

        peer.publish(channel, exchange, "key", "message");
        peer.observe(channel.basicGet(one, true), channel.basicGet(two, true));

        peer.expect("message", "message");
    }

    @Case("x-recent-history gives a new binding the last 20 messages, oldest first")
    void lastTwenty(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", TYPE);
        peer.publish(channel, exchange, "key", numbered(25));

        String queue = bound(peer, channel, "q", exchange, 20);

        peer.observe(String.join(" ", peer.drain(channel, queue)));
        peer.expect("5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24");
    }

    @Case("x-recent-history-length says how many messages a new binding gets")
    void length(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = withLength(peer, channel, 3);
        peer.publish(channel, exchange, "key", numbered(25));

        String queue = bound(peer, channel, "q", exchange, 3);

        peer.observe(String.join(" ", peer.drain(channel, queue)));
        peer.expect("22 23 24");
    }

    @Case("messages from an x-recent-history exchange's history come as they were published")
    void unchanged(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", TYPE);
        BasicProperties properties = new BasicProperties.Builder()
                .messageId("id")
                .headers(Map.of("colour", "red"))
                .build();
        peer.publish(channel, exchange, "key", properties, "body");

        String queue = bound(peer, channel, "q", exchange, 1);

        GetResponse got = channel.basicGet(queue, true);
        peer.observe(got, got.getEnvelope().getExchange(), got.getEnvelope().getRoutingKey());
        peer.observe(got.getEnvelope().isRedeliver(), got.getProps().getMessageId());
        peer.observe(got.getProps().getHeaders());
        peer.expect("body", "x", "key", "false", "id", "{colour=red}");
    }

    @Case("x-recent-history does not keep messages with x-recent-history-no-store")
    void noStore(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", TYPE);
        peer.publish(channel, exchange, "", Headers.of("x-recent-history-no-store", true), "true");
        peer.publish(channel, exchange, "", Headers.of("x-recent-history-no-store", false), "false");
        peer.publish(channel, exchange, "", Headers.of("x-recent-history-no-store", "true"), "text");
        peer.publish(channel, exchange, "", Headers.of("x-recent-history-no-store", 1), "number");
        peer.publish(channel, exchange, "", "last");

        String queue = bound(peer, channel, "q", exchange, 4);

        peer.observe(String.join(" ", peer.drain(channel, queue)));
        peer.expect("false text number last");
    }

    @Case("x-recent-history gives its history for each new binding, and not for one that is there")
    void eachBinding(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", TYPE);
        peer.publish(channel, exchange, "key", numbered(3));

        String queue = bound(peer, channel, "q", exchange, 3);
        channel.queueBind(queue, exchange, "another");
        peer.observe(QueueState.awaitReady(channel, queue, 6));
        channel.queueBind(queue, exchange, "another");
        channel.queueBind(queue, exchange, "a third");
        peer.observe(QueueState.awaitReady(channel, queue, 9));

        peer.expect("6", "9");
    }

    @Case("an exchange bound to an x-recent-history exchange routes its history on")
    void toExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", TYPE);
        peer.publish(channel, exchange, "a.b", "routed");
        String target = peer.exchange(channel, "topic", "topic");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, target, "a.*");

        peer.attempt(channel, () -> channel.exchangeBind(target, exchange, ""));
        QueueState.awaitReady(channel, queue, 1);
        peer.observe(channel.basicGet(queue, true));

        peer.expect("exchange.bind-ok", "routed");
    }

    @Case("an exchange that routes the history nowhere can't be bound: 541")
    @Differs(
            because = "Leveret binds it: what it can't route is dropped, as it would be later",
            leveret = "exchange.bind-ok")
    void toExchangeThatRoutesNowhere(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", TYPE);
        peer.publish(channel, exchange, "a.b", "routed");
        String target = peer.exchange(channel, "topic", "topic");

        peer.attempt(channel, () -> channel.exchangeBind(target, exchange, ""));

        peer.expect("connection closed: 541 INTERNAL_ERROR - could not find queue/exchange '' [exchange.bind]");
    }

    @Case("an exchange gets the history newest first")
    @Differs(because = "Leveret keeps the order of publishing", leveret = "0 1 2")
    void toExchangeInOrder(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", TYPE);
        peer.publish(channel, exchange, "key", numbered(3));
        String target = peer.exchange(channel, "fanout", "fanout");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, target, "");

        channel.exchangeBind(target, exchange, "");
        QueueState.awaitReady(channel, queue, 3);

        peer.observe(String.join(" ", peer.drain(channel, queue)));
        peer.expect("2 1 0");
    }

    @Case("x-recent-history keeps what comes through other exchanges")
    void throughOthers(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.name("x");
        channel.exchangeDeclare(exchange, TYPE);
        String source = peer.exchange(channel, "source", "direct");
        channel.exchangeBind(exchange, source, "key");
        channel.exchangeDeclare(peer.name("stray"), "direct", false, false, Map.of("alternate-exchange", exchange));
        peer.publish(channel, source, "key", "bound");
        peer.publish(channel, peer.name("stray"), "key", "alternate");

        String queue = bound(peer, channel, "q", exchange, 2);

        peer.observe(peer.drain(channel, queue));
        peer.expect("[bound, alternate]");
    }

    @Case("x-recent-history without bindings routes to its alternate exchange, and keeps the message")
    void alternate(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String alternate = peer.exchange(channel, "alternate", "fanout");
        String caught = peer.queue(channel, "caught");
        channel.queueBind(caught, alternate, "");
        channel.exchangeDeclare(peer.name("x"), TYPE, false, false, Map.of("alternate-exchange", alternate));
        peer.publish(channel, peer.name("x"), "key", "message");
        peer.observe(channel.basicGet(caught, true));

        String queue = bound(peer, channel, "q", peer.name("x"), 1);
        peer.observe(channel.basicGet(queue, true));

        peer.expect("message", "message");
    }

    @Case("x-recent-history keeps a message of a transaction when it is published")
    void transaction(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", TYPE);
        Channel transaction = peer.channel();
        transaction.txSelect();
        peer.publish(transaction, exchange, "key", "rolled back");
        transaction.txRollback();
        peer.publish(transaction, exchange, "key", "not committed");
        peer.roundTrip(transaction);
        peer.publish(channel, exchange, "key", "plain");

        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, exchange, "");
        peer.eventually(() -> channel.messageCount(queue) > 0);

        peer.observe(peer.drain(channel, queue));
        peer.expect("[rolled back, not committed, plain]");
    }

    @Case("an x-recent-history exchange that is deleted forgets")
    void deleted(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", TYPE);
        peer.publish(channel, exchange, "key", "old");
        channel.exchangeDelete(exchange);
        peer.exchange(channel, "x", TYPE);
        peer.publish(channel, exchange, "key", "new");

        String queue = bound(peer, channel, "q", exchange, 1);

        peer.observe(peer.drain(channel, queue));
        peer.expect("[new]");
    }

    @Case("an x-recent-history-length that is no positive integer is 406")
    void badLength(Peer peer) throws Exception {
        for (Object length : List.of(0, -1, "5", true, 1.5, List.of(1))) {
            Channel channel = peer.channel();
            peer.attempt(
                    channel,
                    () -> channel.exchangeDeclare(
                            peer.name("x"), TYPE, false, false, Map.of("x-recent-history-length", length)));
        }

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - Invalid argument 0, 'x-recent-history-length' must be a positive integer [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - Invalid argument -1, 'x-recent-history-length' must be a positive integer [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - Invalid argument <<\"5\">>, 'x-recent-history-length' must be a positive integer [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - Invalid argument true, 'x-recent-history-length' must be a positive integer [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - Invalid argument 1.5, 'x-recent-history-length' must be a positive integer [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - Invalid argument [{signedint,1}], 'x-recent-history-length' must be a positive integer [exchange.declare]");
    }

    private static String withLength(Peer peer, Channel channel, Object length) throws Exception {
        channel.exchangeDeclare(peer.name("x"), TYPE, false, false, Map.of("x-recent-history-length", length));
        return peer.name("x");
    }

    /** A bound queue, once it has what its binding gives it. */
    private static String bound(Peer peer, Channel channel, String name, String exchange, int history)
            throws Exception {
        String queue = peer.queue(channel, name);
        channel.queueBind(queue, exchange, "");
        QueueState.awaitReady(channel, queue, history);
        return queue;
    }

    private static String[] numbered(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
    }
}
