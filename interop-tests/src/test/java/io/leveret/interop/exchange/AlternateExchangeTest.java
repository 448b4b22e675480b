package io.leveret.interop.exchange;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Headers;
import io.leveret.interop.Peer;
import io.leveret.interop.Returns;
import java.util.List;
import java.util.Map;

final class AlternateExchangeTest {

    @Case("an alternate exchange gets what its exchange can't route, and only that")
    void getsTheUnroutable(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = withAlternate(peer, channel, "x", peer.exchange(channel, "ae", "fanout"));
        String routed = bound(peer, channel, "routed", exchange, "k");
        String caught = bound(peer, channel, "caught", peer.name("ae"), "");

        peer.publish(channel, exchange, "k", "routable");
        peer.publish(channel, exchange, "none", "unroutable");
        peer.observe(channel.basicGet(routed, true), channel.basicGet(routed, true));
        peer.observe(channel.basicGet(caught, true), channel.basicGet(caught, true));

        peer.expect("routable", "null", "unroutable", "null");
    }

    @Case("a delivery by an alternate exchange shows the exchange that was published to")
    void deliveryShowsTheFirstExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = withAlternate(peer, channel, "x", peer.exchange(channel, "ae", "fanout"));
        String caught = bound(peer, channel, "caught", peer.name("ae"), "");

        peer.publish(channel, exchange, "none", "body");
        var envelope = channel.basicGet(caught, true).getEnvelope();
        peer.observe(envelope.getExchange(), envelope.getRoutingKey());

        peer.expect("x", "none");
    }

    @Case("alternate exchanges may be chained, also into a cycle")
    void chains(Peer peer) throws Exception {
        Channel channel = peer.channel();
        withAlternate(peer, channel, "one", peer.name("two"));
        withAlternate(peer, channel, "two", peer.name("three"));
        withAlternate(peer, channel, "three", peer.name("one"));
        String queue = bound(peer, channel, "q", peer.name("three"), "k");

        peer.publish(channel, peer.name("one"), "k", "at the end");
        peer.publish(channel, peer.name("one"), "none", "nowhere");
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("at the end", "null");
    }

    @Case("an alternate exchange is not asked when a bound exchange routes nowhere")
    void boundExchangeCountsAsRouted(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = withAlternate(peer, channel, "x", peer.exchange(channel, "ae", "fanout"));
        channel.exchangeBind(peer.exchange(channel, "empty", "direct"), exchange, "k");
        String caught = bound(peer, channel, "caught", peer.name("ae"), "");

        peer.publish(channel, exchange, "k", "lost in the bound exchange");
        peer.observe(channel.basicGet(caught, true));

        peer.expect("null");
    }

    @Case("mandatory is satisfied by an alternate exchange that routes")
    void satisfiesMandatory(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = withAlternate(peer, channel, "x", peer.exchange(channel, "ae", "direct"));
        bound(peer, channel, "caught", peer.name("ae"), "k");
        Returns returns = Returns.of(channel);

        peer.publishMandatory(channel, exchange, "k", "");
        peer.publishMandatory(channel, exchange, "none", "unroutable");
        peer.observe(returns.next());

        peer.expect("returned 312 NO_ROUTE 'x' 'none': unroutable");
    }

    @Case("a missing alternate exchange is ignored")
    void missingAlternate(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = withAlternate(peer, channel, "x", peer.name("missing"));

        peer.attempt(channel, () -> {
            peer.publish(channel, exchange, "none", "lost");
            return null;
        });

        peer.expect("ok");
    }

    @Case("with CC the alternate exchange is asked only when no key is routable")
    void carbonCopyCounts(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = withAlternate(peer, channel, "x", peer.exchange(channel, "ae", "fanout"));
        String routed = bound(peer, channel, "routed", exchange, "k");
        String caught = bound(peer, channel, "caught", peer.name("ae"), "");

        peer.publish(channel, exchange, "none", Headers.of("CC", List.of("k")), "body");
        peer.observe(channel.basicGet(routed, true), channel.basicGet(caught, true));

        peer.expect("body", "null");
    }

    private static String withAlternate(Peer peer, Channel channel, String name, String alternate) throws Exception {
        channel.exchangeDeclare(peer.name(name), "direct", false, true, Map.of("alternate-exchange", alternate));
        return peer.name(name);
    }

    private static String bound(Peer peer, Channel channel, String name, String exchange, String key) throws Exception {
        String queue = peer.queue(channel, name);
        channel.queueBind(queue, exchange, key);
        return queue;
    }
}
