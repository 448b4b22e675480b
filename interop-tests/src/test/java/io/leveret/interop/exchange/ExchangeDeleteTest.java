package io.leveret.interop.exchange;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;

final class ExchangeDeleteTest {

    @Case("exchange.delete of a missing exchange succeeds")
    void missing(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.exchangeDelete(peer.name("x")));

        peer.expect("exchange.delete-ok");
    }

    @Case("exchange.delete removes the exchange and its bindings")
    void deletes(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, exchange, "k");

        peer.attempt(channel, () -> channel.exchangeDelete(exchange));
        peer.exchange(channel, "x", "direct");
        peer.publish(channel, exchange, "k", "lost");
        peer.observe(channel.basicGet(queue, true));

        peer.expect("exchange.delete-ok", "null");
    }

    @Case("exchange.delete of a predeclared exchange is 403")
    void predeclared(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.exchangeDelete("amq.direct"));

        peer.expect(
                "channel closed: 403 ACCESS_REFUSED - deletion of system exchange 'amq.direct' in vhost '/' not allowed"
                        + " [exchange.delete]");
    }

    @Case("exchange.delete of any amq. name is 403, even a missing one")
    void reservedName(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.exchangeDelete("amq.none"));

        peer.expect(
                "channel closed: 403 ACCESS_REFUSED - deletion of system exchange 'amq.none' in vhost '/' not allowed"
                        + " [exchange.delete]");
    }

    @Case("exchange.delete of the default exchange is 403")
    void defaultExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.exchangeDelete(""));

        peer.expect("channel closed: 403 ACCESS_REFUSED - operation not permitted on the default exchange"
                + " [exchange.delete]");
    }

    @Case("exchange.delete if-unused of a bound exchange is 406")
    void ifUnusedInUse(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        channel.queueBind(peer.queue(channel, "q"), exchange, "k");

        peer.attempt(channel, () -> channel.exchangeDelete(exchange, true));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - exchange 'x' in vhost '/' in use [exchange.delete]");
    }

    @Case("exchange.delete if-unused deletes an exchange without bindings")
    void ifUnusedNotInUse(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");

        peer.attempt(channel, () -> channel.exchangeDelete(exchange, true));
        peer.attempt(channel, () -> channel.exchangeDeclarePassive(exchange));

        peer.expect(
                "exchange.delete-ok",
                "channel closed: 404 NOT_FOUND - no exchange 'x' in vhost '/' [exchange.declare]");
    }

    @Case("exchange.delete if-unused does not mind bindings to the exchange, only from it")
    void ifUnusedBoundAsDestination(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        channel.exchangeBind(exchange, "amq.direct", exchange);

        peer.attempt(channel, () -> channel.exchangeDelete(exchange, true));

        peer.expect("exchange.delete-ok");
    }

    @Case("exchange.delete if-unused counts a binding to another exchange")
    void ifUnusedBoundToAnExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        channel.exchangeBind(peer.exchange(channel, "y", "fanout"), exchange, "k");

        peer.attempt(channel, () -> channel.exchangeDelete(exchange, true));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - exchange 'x' in vhost '/' in use [exchange.delete]");
    }

    @Case("exchange.delete with nowait is done before the next method")
    void deletesWithoutWaiting(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");

        channel.exchangeDeleteNoWait(exchange, false);
        peer.attempt(channel, () -> channel.exchangeDeclarePassive(exchange));

        peer.expect("channel closed: 404 NOT_FOUND - no exchange 'x' in vhost '/' [exchange.declare]");
    }
}
