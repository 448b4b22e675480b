package io.leveret.interop.exchange;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.List;
import java.util.Map;

final class ExchangeDeclareTest {

    @Case
    void predeclaredExchangesAreThere(Peer peer) throws Exception {
        Channel channel = peer.channel();

        for (String name :
                List.of("amq.direct", "amq.fanout", "amq.topic", "amq.headers", "amq.match", "amq.rabbitmq.trace")) {
            peer.attempt(channel, () -> channel.exchangeDeclarePassive(name));
        }

        peer.expect(
                "exchange.declare-ok",
                "exchange.declare-ok",
                "exchange.declare-ok",
                "exchange.declare-ok",
                "exchange.declare-ok",
                "exchange.declare-ok");
    }

    @Case
    void declaringAgainWithTheSameAttributesSucceeds(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.exchangeDeclare(peer.name("x"), "topic", true, false, false, Map.of()));
        peer.attempt(channel, () -> channel.exchangeDeclare(peer.name("x"), "topic", true, false, false, Map.of()));

        peer.expect("exchange.declare-ok", "exchange.declare-ok");
    }

    @Case("exchange.declare of a predeclared exchange with its own attributes succeeds")
    void predeclaredExchangeCanBeDeclaredAgain(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.exchangeDeclare("amq.direct", "direct", true));

        peer.expect("exchange.declare-ok");
    }

    @Case("exchange.declare passive ignores type and flags")
    void passiveIgnoresEverythingElse(Peer peer) throws Exception {
        Channel channel = peer.channel();
        AMQP.Exchange.Declare declare = new AMQP.Exchange.Declare.Builder()
                .exchange("amq.direct")
                .type("nonsense")
                .passive(true)
                .durable(false)
                .build();

        peer.attempt(channel, () -> channel.rpc(declare).getMethod());

        peer.expect("exchange.declare-ok");
    }

    @Case("exchange.declare passive of a missing exchange is 404")
    void passiveOfAMissingExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.exchangeDeclarePassive(peer.name("x")));

        peer.expect("channel closed: 404 NOT_FOUND - no exchange 'x' in vhost '/' [exchange.declare]");
    }

    @Case("exchange.declare passive of a missing amq. name is 404, not 403")
    void passiveOfAMissingReservedName(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.exchangeDeclarePassive("amq.none"));

        peer.expect("channel closed: 404 NOT_FOUND - no exchange 'amq.none' in vhost '/' [exchange.declare]");
    }

    @Case("exchange.declare with nowait is done before the next method")
    void declaresWithoutWaiting(Peer peer) throws Exception {
        Channel channel = peer.channel();

        channel.exchangeDeclareNoWait(peer.name("x"), "direct", false, false, false, Map.of());
        peer.attempt(channel, () -> channel.exchangeDeclarePassive(peer.name("x")));

        peer.expect("exchange.declare-ok");
    }

    @Case("carriage returns and line feeds are stripped from exchange names")
    void stripsLineEndsFromNames(Peer peer) throws Exception {
        Channel channel = peer.channel();

        channel.exchangeDeclare(peer.name("x").replace("x", "\r\nx\n"), "direct");
        peer.attempt(channel, () -> channel.exchangeDeclarePassive(peer.name("x")));

        peer.expect("exchange.declare-ok");
    }

    @Case("an exchange's name may have 255 bytes and any characters")
    void takesLongAndStrangeNames(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String strange = peer.name("ä #*/ \u0001");
        String longest = peer.name("x".repeat(255 - peer.name("").length()));

        peer.attempt(channel, () -> channel.exchangeDeclare(strange, "direct"));
        peer.attempt(channel, () -> channel.exchangeDeclarePassive(strange));
        peer.attempt(channel, () -> channel.exchangeDeclare(longest, "direct"));
        peer.attempt(channel, () -> channel.exchangeDeclarePassive(longest));

        peer.expect("exchange.declare-ok", "exchange.declare-ok", "exchange.declare-ok", "exchange.declare-ok");
    }
}
