package io.leveret.interop.exchange;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;

final class AutoDeleteExchangeTest {

    private static final String GONE =
            "channel closed: 404 NOT_FOUND - no exchange 'x' in vhost '/' [exchange.declare]";

    @Case("an auto-delete exchange goes with its last binding to a queue")
    void goesWithTheLastBinding(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, exchange, "a");
        channel.queueBind(queue, exchange, "b");

        channel.queueUnbind(queue, exchange, "a");
        peer.attempt(channel, () -> channel.exchangeDeclarePassive(exchange));
        channel.queueUnbind(queue, exchange, "b");
        peer.attempt(channel, () -> channel.exchangeDeclarePassive(exchange));

        peer.expect("exchange.declare-ok", GONE);
    }

    @Case("an auto-delete exchange goes when its last bound queue is deleted")
    void goesWithTheLastQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, exchange, "a");

        channel.queueDelete(queue);
        peer.attempt(channel, () -> channel.exchangeDeclarePassive(exchange));

        peer.expect(GONE);
    }

    @Case("an auto-delete exchange goes with its last binding to an exchange, and so on down the chain")
    void goesWithTheLastExchangeBinding(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        String next = peer.exchange(channel, "y", "direct");
        String queue = peer.queue(channel, "q");
        channel.exchangeBind(next, exchange, "k");
        channel.queueBind(queue, next, "k");

        channel.queueDelete(queue);
        peer.attempt(channel, () -> channel.exchangeDeclarePassive(exchange));

        peer.expect(GONE);
    }

    @Case("an auto-delete exchange that was never bound stays")
    void staysWhileNeverBound(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");

        channel.queueUnbind(peer.queue(channel, "q"), exchange, "never");
        peer.attempt(channel, () -> channel.exchangeDeclarePassive(exchange));

        peer.expect("exchange.declare-ok");
    }

    @Case("an auto-delete exchange does not count bindings to itself as destination")
    void bindingsToItDoNotCount(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        channel.exchangeBind(exchange, "amq.direct", exchange);

        channel.exchangeUnbind(exchange, "amq.direct", exchange);
        peer.attempt(channel, () -> channel.exchangeDeclarePassive(exchange));

        peer.expect("exchange.declare-ok");
    }
}
