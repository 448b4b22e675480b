package io.leveret.interop.exchange;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.Map;

final class ExchangeArgumentsTest {

    private static final String ALTERNATE = "alternate-exchange";

    @Case("exchange.declare does not compare arguments that it does not know")
    void unknownArgumentsAreNotCompared(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> declare(peer, channel, Map.of("x-anything", 1)));
        peer.attempt(channel, () -> declare(peer, channel, Map.of("x-anything", 2)));

        peer.expect("exchange.declare-ok", "exchange.declare-ok");
    }

    @Case("exchange.declare again with an alternate-exchange that it did not have is 406")
    void newAlternateExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        declare(peer, channel, Map.of());

        peer.attempt(channel, () -> declare(peer, channel, Map.of(ALTERNATE, "amq.fanout")));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'alternate-exchange' for exchange 'x' in"
                        + " vhost '/': received the value 'amq.fanout' of type 'longstr' but current is none [exchange.declare]");
    }

    @Case("exchange.declare again without its alternate-exchange is 406")
    void droppedAlternateExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        declare(peer, channel, Map.of(ALTERNATE, "amq.fanout"));

        peer.attempt(channel, () -> declare(peer, channel, Map.of()));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'alternate-exchange' for exchange 'x' in"
                        + " vhost '/': received none but current is the value 'amq.fanout' of type 'longstr' [exchange.declare]");
    }

    @Case("exchange.declare again with another alternate-exchange is 406")
    void anotherAlternateExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        declare(peer, channel, Map.of(ALTERNATE, "amq.fanout"));

        peer.attempt(channel, () -> declare(peer, channel, Map.of(ALTERNATE, "amq.topic")));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'alternate-exchange' for exchange 'x' in"
                        + " vhost '/': received 'amq.topic' but current is 'amq.fanout' [exchange.declare]");
    }

    @Case("alternate-exchange must be a string, 406")
    void alternateExchangeOfAnotherType(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> declare(peer, channel, Map.of(ALTERNATE, 5)));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - invalid type 'signedint' for arg 'alternate-exchange' in"
                + " exchange 'x' in vhost '/' [exchange.declare]");
    }

    @Case("alternate-exchange need not exist")
    void alternateExchangeMayBeMissing(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> declare(peer, channel, Map.of(ALTERNATE, peer.name("none"))));

        peer.expect("exchange.declare-ok");
    }

    private static Object declare(Peer peer, Channel channel, Map<String, Object> arguments) throws Exception {
        return channel.exchangeDeclare(peer.name("x"), "direct", false, true, arguments);
    }
}
