package io.leveret.interop.policy;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.HashMap;
import java.util.Map;

/** Which policy holds for a queue, shown by its max-length. */
final class PolicyMatchingTest {

    /** How many of five messages stay. */
    private static void observeLength(Peer peer, Channel channel, String queue, int expected) throws Exception {
        peer.enqueue(channel, queue, "m1", "m2", "m3", "m4", "m5");
        peer.observe(QueueState.awaitReady(channel, queue, expected));
    }

    private static String quorum(Peer peer, Channel channel, String name) throws Exception {
        channel.queueDeclare(peer.name(name), true, false, false, Map.of("x-queue-type", "quorum"));
        return peer.name(name);
    }

    private static Map<String, Object> length(int length, Object... others) {
        Map<String, Object> definition = new HashMap<>(Map.of("max-length", length));
        for (int i = 0; i < others.length; i += 2) {
            definition.put((String) others[i], others[i + 1]);
        }
        return definition;
    }

    @Case
    void theHighestPriorityHoldsAlone(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("low", length(1, "max-length-bytes", 1), 1, "all");
        peer.policies().set("high", length(3), 2, "all");

        observeLength(peer, channel, peer.queue(channel, "q"), 3);
        peer.policies().clear("high");
        observeLength(peer, channel, peer.queue(channel, "r"), 0);

        peer.expect("3", "0");
    }

    @Case
    void anExpressionNeedNotMatchTheWholeName(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().setFor(".*b", "p", length(2));

        observeLength(peer, channel, peer.queue(channel, "abc"), 2);
        observeLength(peer, channel, peer.queue(channel, "acc"), 5);

        peer.expect("2", "5");
    }

    @Case
    void eachTypeOfQueueCanBeMeant(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("c", length(1), 0, "classic_queues");
        peer.policies().set("q", length(2), 0, "quorum_queues");

        observeLength(peer, channel, peer.queue(channel, "classic"), 1);
        observeLength(peer, channel, quorum(peer, channel, "quorum"), 2);

        peer.expect("1", "2");
    }

    @Case
    void whatIsForExchangesOrStreamsIsNotForQueues(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("x", length(1), 9, "exchanges");
        peer.policies().set("s", length(1), 8, "streams");
        peer.policies().set("q", length(2), 0, "queues");

        observeLength(peer, channel, peer.queue(channel, "q"), 2);

        peer.expect("2");
    }

    private static void passesByClassic(Peer peer, String key, Object value) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("p", length(1, key, value), 9, "all");
        peer.policies().set("next", length(3), 0, "all");

        observeLength(peer, channel, peer.queue(channel, "classic"), 3);

        peer.expect("3");
    }

    @Case("a policy with delivery-limit passes classic queues by, and holds for quorum queues")
    void deliveryLimit(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("p", length(1, "delivery-limit", 5), 9, "all");
        peer.policies().set("next", length(3), 0, "all");

        observeLength(peer, channel, peer.queue(channel, "classic"), 3);
        observeLength(peer, channel, quorum(peer, channel, "quorum"), 1);

        peer.expect("3", "1");
    }

    @Case("a policy with dead-letter-strategy passes classic queues by")
    void deadLetterStrategy(Peer peer) throws Exception {
        passesByClassic(peer, "dead-letter-strategy", "at-most-once");
    }

    @Case("a policy with max-in-memory-length passes classic queues by")
    void maxInMemoryLength(Peer peer) throws Exception {
        passesByClassic(peer, "max-in-memory-length", 1);
    }

    @Case("a policy with max-in-memory-bytes passes classic queues by")
    void maxInMemoryBytes(Peer peer) throws Exception {
        passesByClassic(peer, "max-in-memory-bytes", 1);
    }

    @Case("a policy with target-group-size passes classic queues by")
    void targetGroupSize(Peer peer) throws Exception {
        passesByClassic(peer, "target-group-size", 1);
    }

    @Case("a policy with max-age passes classic queues by")
    void maxAge(Peer peer) throws Exception {
        passesByClassic(peer, "max-age", "1D");
    }

    @Case("a policy with stream-max-segment-size-bytes passes classic queues by")
    void streamMaxSegmentSizeBytes(Peer peer) throws Exception {
        passesByClassic(peer, "stream-max-segment-size-bytes", 1000);
    }

    @Case("a policy with initial-cluster-size passes classic queues by")
    void initialClusterSize(Peer peer) throws Exception {
        passesByClassic(peer, "initial-cluster-size", 1);
    }

    @Case(
            "policies with stream-filter-size-bytes, alternate-exchange, consumer-timeout or delayed-retry-min hold for classic queues")
    void othersHold(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        int length = 1;
        for (String key :
                new String[] {"stream-filter-size-bytes", "alternate-exchange", "consumer-timeout", "delayed-retry-min"
                }) {
            Object value = key.equals("alternate-exchange") ? "x" : 100;
            peer.policies().set("p", length(length, key, value));
            observeLength(peer, channel, queue, length);
            length++;
        }

        peer.expect("1", "2", "3", "4");
    }

    @Case("a policy with queue-mode passes quorum queues by")
    void queueMode(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("p", length(1, "queue-mode", "lazy"), 9, "all");
        peer.policies().set("next", length(3), 0, "all");

        observeLength(peer, channel, quorum(peer, channel, "quorum"), 3);
        observeLength(peer, channel, peer.queue(channel, "classic"), 1);

        peer.expect("3", "1");
    }

    @Case
    void theSmallerLimitOfUserAndOperatorHolds(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("p", length(3));
        peer.policies().setForOperator("p", length(2));
        observeLength(peer, channel, peer.queue(channel, "q"), 2);

        peer.policies().set("p", length(1));
        observeLength(peer, channel, peer.queue(channel, "r"), 1);
        peer.policies().clear("p");
        observeLength(peer, channel, peer.queue(channel, "s"), 2);
        peer.policies().clearForOperator("p");
        observeLength(peer, channel, peer.queue(channel, "t"), 5);

        peer.expect("2", "1", "2", "5");
    }

    @Case
    void theOperatorsOverflowHolds(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("p", length(1, "overflow", "reject-publish"));
        peer.policies().setForOperator("p", Map.of("overflow", "drop-head"));
        String queue = peer.queue(channel, "q");

        peer.enqueue(channel, queue, "m1", "m2");
        QueueState.awaitReady(channel, queue, 1);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[m2]");
    }
}
