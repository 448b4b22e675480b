package io.leveret.interop.exchange;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.Map;

final class ExchangeBindTest {

    private static final String REFUSED =
            "channel closed: 403 ACCESS_REFUSED - operation not permitted on the default exchange ";

    @Case("exchange.bind passes messages on by the source's rules, exchange.unbind ends it")
    void passesMessagesOn(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String source = peer.exchange(channel, "source", "topic");
        String destination = peer.exchange(channel, "destination", "fanout");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, destination, "");

        peer.attempt(channel, () -> channel.exchangeBind(destination, source, "a.#"));
        peer.publish(channel, source, "a.b", "matching");
        peer.publish(channel, source, "b", "not matching");
        peer.publish(channel, source, "a", "matching too");
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true), channel.basicGet(queue, true));
        channel.exchangeBind(destination, source, "keeps.it");
        peer.attempt(channel, () -> channel.exchangeUnbind(destination, source, "a.#"));
        peer.publish(channel, source, "a.b", "unbound");
        peer.observe(channel.basicGet(queue, true));

        peer.expect("exchange.bind-ok", "matching", "matching too", "null", "exchange.unbind-ok", "null");
    }

    @Case("a delivery shows the exchange that was published to, not those behind it")
    void deliveryShowsTheFirstExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String source = peer.exchange(channel, "source", "direct");
        String destination = peer.exchange(channel, "destination", "fanout");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, destination, "");
        channel.exchangeBind(destination, source, "k");

        peer.publish(channel, source, "k", "body");
        var envelope = channel.basicGet(queue, true).getEnvelope();
        peer.observe(envelope.getExchange(), envelope.getRoutingKey());

        peer.expect("source", "k");
    }

    @Case("a queue reached over several exchanges gets one copy")
    void oneCopyForEachQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String source = peer.exchange(channel, "source", "fanout");
        String one = peer.exchange(channel, "one", "fanout");
        String two = peer.exchange(channel, "two", "fanout");
        String queue = peer.queue(channel, "q");
        channel.exchangeBind(one, source, "");
        channel.exchangeBind(two, source, "");
        channel.queueBind(queue, one, "");
        channel.queueBind(queue, two, "");
        channel.queueBind(queue, source, "");

        peer.publish(channel, source, "", "body");
        peer.attempt(channel, () -> channel.queuePurge(queue));

        peer.expect("purged 1 messages");
    }

    @Case("a cycle of exchanges routes each message once")
    void cyclesEnd(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String one = peer.exchange(channel, "one", "fanout");
        String two = peer.exchange(channel, "two", "fanout");
        String queue = peer.queue(channel, "q");
        channel.exchangeBind(two, one, "");
        channel.exchangeBind(one, two, "");
        peer.attempt(channel, () -> channel.exchangeBind(one, one, ""));
        channel.queueBind(queue, two, "");

        peer.publish(channel, one, "", "body");
        peer.attempt(channel, () -> channel.queuePurge(queue));

        peer.expect("exchange.bind-ok", "purged 1 messages");
    }

    @Case("exchange.bind of a missing source or destination is 404")
    void missing(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel another = peer.channel();

        peer.attempt(channel, () -> channel.exchangeBind("amq.fanout", peer.name("source"), "k"));
        peer.attempt(another, () -> another.exchangeBind(peer.name("destination"), "amq.fanout", "k"));

        peer.expect(
                "channel closed: 404 NOT_FOUND - no exchange 'source' in vhost '/' [exchange.bind]",
                "channel closed: 404 NOT_FOUND - no exchange 'destination' in vhost '/' [exchange.bind]");
    }

    @Case("exchange.bind names the missing source when both are missing")
    void bothMissing(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.exchangeBind(peer.name("destination"), peer.name("source"), "k"));

        peer.expect("channel closed: 404 NOT_FOUND - no exchange 'source' in vhost '/' [exchange.bind]");
    }

    @Case("exchange.bind and unbind on the default exchange are 403, on either side")
    void defaultExchange(Peer peer) throws Exception {
        Channel asSource = peer.channel();
        Channel asDestination = peer.channel();
        Channel unbinding = peer.channel();

        peer.attempt(asSource, () -> asSource.exchangeBind("amq.fanout", "", "k"));
        peer.attempt(asDestination, () -> asDestination.exchangeBind("", "amq.fanout", "k"));
        peer.attempt(unbinding, () -> unbinding.exchangeUnbind("amq.fanout", "", "k"));

        peer.expect(REFUSED + "[exchange.bind]", REFUSED + "[exchange.bind]", REFUSED + "[exchange.unbind]");
    }

    @Case("exchange.unbind of a missing binding or exchange succeeds")
    void unbindOfWhatIsMissing(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.exchangeUnbind("amq.fanout", "amq.direct", peer.name("k")));
        peer.attempt(channel, () -> channel.exchangeUnbind("amq.fanout", peer.name("x"), "k"));
        peer.attempt(channel, () -> channel.exchangeUnbind(peer.name("x"), "amq.fanout", "k"));

        peer.expect("exchange.unbind-ok", "exchange.unbind-ok", "exchange.unbind-ok");
    }

    @Case("an internal exchange passes on what another exchange sends it")
    void internalExchangeAsDestination(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String source = peer.exchange(channel, "source", "fanout");
        String internal = peer.name("internal");
        channel.exchangeDeclare(internal, "fanout", false, true, true, Map.of());
        channel.exchangeBind(internal, source, "");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, internal, "");

        peer.publish(channel, source, "", "body");
        peer.observe(channel.basicGet(queue, true));

        peer.expect("body");
    }

    @Case("exchange.bind and unbind with nowait are done before the next method")
    void withoutWaiting(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String source = peer.name("source");
        channel.exchangeDeclare(source, "fanout");
        String destination = peer.exchange(channel, "destination", "fanout");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, destination, "");

        channel.exchangeBindNoWait(destination, source, "", Map.of());
        peer.publish(channel, source, "", "bound");
        channel.exchangeUnbindNoWait(destination, source, "", Map.of());
        peer.publish(channel, source, "", "unbound");
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("bound", "null");
    }
}
