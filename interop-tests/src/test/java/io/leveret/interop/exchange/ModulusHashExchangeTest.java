package io.leveret.interop.exchange;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Headers;
import io.leveret.interop.Peer;
import java.util.List;
import java.util.Map;

final class ModulusHashExchangeTest {

    private static final int MESSAGES = 600;

    @Case("x-modulus-hash shares routing keys out among the bound queues, each to one")
    void sharesOut(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, "x-modulus-hash", Map.of(), "", "a", "a");

        spread.publish(MESSAGES, i -> "key" + i, i -> null);

        peer.observe(spread.total(), spread.isEven());
        peer.expect("600", "true");
    }

    @Case("x-modulus-hash sends messages with one routing key to one queue")
    void sameKeySameQueue(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, "x-modulus-hash", Map.of(), "", "", "");

        spread.publish(MESSAGES, i -> "key", i -> null);

        peer.observe(spread.usedQueues(), spread.total());
        peer.expect("1", "600");
    }

    @Case("x-modulus-hash: which queue has which key follows from Erlang's phash2")
    @Differs(
            because = "Leveret's hash is another one, and never changes either",
            leveret = {"[1, 2, 3, 6, 9]", "[0, 7, 10]", "[4, 5, 8, 11]"})
    void whichQueue(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, "x-modulus-hash", Map.of(), "", "", "");

        spread.publish(12, i -> "key" + i, i -> null);

        peer.observe(spread.take(0), spread.take(1), spread.take(2));
        peer.expect("[]", "[1, 2, 3, 5, 6, 11]", "[0, 4, 7, 8, 9, 10]");
    }

    @Case("x-modulus-hash counts bindings, so a queue that is bound twice gets twice as much")
    void byBinding(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, "x-modulus-hash", Map.of(), "", "");
        for (int i = 0; i < 8; i++) {
            spread.bind(1, "key" + i, Map.of());
        }

        spread.publish(MESSAGES, i -> "key" + i, i -> null);

        peer.observe(spread.total(), spread.count(0) > 20 && spread.count(0) < 120);
        peer.expect("600", "true");
    }

    @Case("x-modulus-hash goes by the routing key and those in CC together")
    void carbonCopies(Peer peer) throws Exception {
        Spread spread = Spread.of(peer, "x-modulus-hash", Map.of(), "", "", "");

        spread.publish(MESSAGES, i -> "key", i -> Headers.of("CC", List.of("cc" + i)));

        peer.observe(spread.total(), spread.isEven());
        peer.expect("600", "true");
    }

    @Case("x-modulus-hash may be bound to exchanges")
    void toExchanges(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String source = peer.exchange(channel, "x", "x-modulus-hash");
        String target = peer.exchange(channel, "fanout", "fanout");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, target, "");

        peer.attempt(channel, () -> channel.exchangeBind(target, source, "any"));
        peer.publish(channel, source, "key", "through");
        peer.observe(channel.basicGet(queue, true));

        peer.expect("exchange.bind-ok", "through");
    }

    @Case("x-modulus-hash without bindings routes to its alternate exchange")
    void alternate(Peer peer) throws Exception {
        Spread.expectAlternate(peer, "x-modulus-hash", "");
    }
}
