package io.leveret.interop.exchange;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Headers;
import io.leveret.interop.Peer;
import java.util.List;
import java.util.Map;

final class RandomExchangeTest {

    private static final int MESSAGES = 600;

    @Case("x-random sends each message to one of the bound queues, whatever the keys")
    void random(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, "x-random", Map.of(), "a", "b", "");

        spread.publish(MESSAGES, i -> "key", i -> null);

        peer.observe(spread.total(), spread.isEven());
        peer.expect("600", "true");
    }

    @Case("x-random gives each binding its chance, so a queue that is bound twice gets twice as much")
    void randomByBinding(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, "x-random", Map.of(), "a", "a");
        for (int i = 0; i < 8; i++) {
            spread.bind(1, "key" + i, Map.of());
        }

        spread.publish(MESSAGES, i -> "key", i -> null);

        peer.observe(spread.total(), spread.count(0) > 20 && spread.count(0) < 120);
        peer.expect("600", "true");
    }

    @Case("x-random sends one copy of a message with CC, too")
    void randomWithCarbonCopies(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, "x-random", Map.of(), "a", "b", "");

        spread.publish(10, i -> "key", i -> Headers.of("CC", List.of("a", "b")));

        peer.observe(spread.total());
        peer.expect("10");
    }

    @Case("x-random may be bound to exchanges")
    void randomToExchanges(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String source = peer.exchange(channel, "x", "x-random");
        String target = peer.exchange(channel, "topic", "topic");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, target, "a.*");

        peer.attempt(channel, () -> channel.exchangeBind(target, source, "any"));
        peer.publish(channel, source, "a.b", "through");
        peer.observe(channel.basicGet(queue, true));

        peer.expect("exchange.bind-ok", "through");
    }

    @Case("x-random without bindings routes to its alternate exchange")
    void randomAlternate(Peer peer) throws Exception {
        Spread.expectAlternate(peer, "x-random", "");
    }

    @Case("x-local-random sends each message to one of the bound queues")
    void localRandom(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, "x-local-random", Map.of(), "", "", "");

        spread.publish(MESSAGES, i -> "key" + i, i -> null);

        peer.observe(spread.total(), spread.isEven());
        peer.expect("600", "true");
    }

    @Case("x-local-random without bindings routes to its alternate exchange")
    void localRandomAlternate(Peer peer) throws Exception {
        Spread.expectAlternate(peer, "x-local-random", "");
    }

    @Case("x-local-random: a binding key is 406")
    void localRandomWithKey(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "x-local-random");
        String queue = peer.queue(channel, "q");

        peer.attempt(channel, () -> channel.queueBind(queue, exchange, "key"));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - Non empty binding 'key' key not permitted [queue.bind]");
    }

    @Case("x-local-random bound to an exchange is 406")
    void localRandomToExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "x-local-random");
        String target = peer.exchange(channel, "fanout", "fanout");

        peer.attempt(channel, () -> channel.exchangeBind(target, exchange, ""));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - Destination not found [exchange.bind]");
    }

    @Case("x-local-random bound to a quorum queue is 406")
    void localRandomToQuorumQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "x-local-random");
        String queue = peer.name("q");
        channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));

        peer.attempt(channel, () -> channel.queueBind(queue, exchange, ""));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - Queue type rabbit_quorum_queue not valid for this exchange type [queue.bind]");
    }
}
