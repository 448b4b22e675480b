package io.leveret.interop.exchange;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.Map;

final class ExchangeDeclareRefusalsTest {

    @Case("exchange.declare of an unknown type is 406")
    void unknownType(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.exchangeDeclare(peer.name("x"), "nonsense"));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - unknown exchange type 'nonsense' [exchange.declare]");
    }

    @Case("exchange.declare of an empty type is 406")
    void emptyType(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.exchangeDeclare(peer.name("x"), ""));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - invalid exchange type '' [exchange.declare]");
    }

    @Case("exchange.declare of a new amq. name is 403")
    void reservedName(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.exchangeDeclare("amq.none", "direct"));

        peer.expect("channel closed: 403 ACCESS_REFUSED - exchange name 'amq.none' contains reserved prefix 'amq.*'"
                + " [exchange.declare]");
    }

    @Case("exchange.declare of the default exchange is 403, passive too")
    void defaultExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel another = peer.channel();

        peer.attempt(channel, () -> channel.exchangeDeclare("", BuiltinExchangeType.DIRECT, true));
        peer.attempt(another, () -> another.exchangeDeclarePassive(""));

        peer.expect(
                "channel closed: 403 ACCESS_REFUSED - operation not permitted on the default exchange [exchange.declare]",
                "channel closed: 403 ACCESS_REFUSED - operation not permitted on the default exchange [exchange.declare]");
    }

    @Case("exchange.declare again with another type is 406")
    void anotherType(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.exchange(channel, "x", "direct");

        peer.attempt(channel, () -> channel.exchangeDeclare(peer.name("x"), "fanout", false, true, Map.of()));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'x' in vhost '/':"
                + " received 'fanout' but current is 'direct' [exchange.declare]");
    }

    @Case("exchange.declare again with an unknown type is 406 for the type")
    void unknownTypeAgain(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.exchange(channel, "x", "direct");

        peer.attempt(channel, () -> channel.exchangeDeclare(peer.name("x"), "nonsense", true));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - unknown exchange type 'nonsense' [exchange.declare]");
    }

    @Case("exchange.declare again with another durable is 406")
    void anotherDurability(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.exchange(channel, "x", "direct");

        peer.attempt(channel, () -> channel.exchangeDeclare(peer.name("x"), "direct", true, true, Map.of()));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'durable' for exchange 'x' in vhost '/':"
                        + " received 'true' but current is 'false' [exchange.declare]");
    }

    @Case("exchange.declare again with another auto-delete is 406")
    void anotherAutoDelete(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.exchange(channel, "x", "direct");

        peer.attempt(channel, () -> channel.exchangeDeclare(peer.name("x"), "direct", false, false, Map.of()));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'auto_delete' for exchange 'x' in vhost '/':"
                        + " received 'false' but current is 'true' [exchange.declare]");
    }

    @Case("exchange.declare again with another internal is 406")
    void anotherInternal(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.exchange(channel, "x", "direct");

        peer.attempt(channel, () -> channel.exchangeDeclare(peer.name("x"), "direct", false, true, true, Map.of()));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'internal' for exchange 'x' in vhost '/':"
                        + " received 'true' but current is 'false' [exchange.declare]");
    }

    @Case("exchange.declare of a predeclared exchange as transient is 406")
    void predeclaredAsTransient(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.exchangeDeclare("amq.direct", "direct", false));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'durable' for exchange 'amq.direct' in"
                + " vhost '/': received 'false' but current is 'true' [exchange.declare]");
    }

    @Case("exchange.declare names the type first when everything differs")
    void typeIsComparedFirst(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.exchange(channel, "x", "direct");

        peer.attempt(channel, () -> channel.exchangeDeclare(peer.name("x"), "topic", true, false, true, Map.of()));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'x' in vhost '/':"
                + " received 'topic' but current is 'direct' [exchange.declare]");
    }
}
