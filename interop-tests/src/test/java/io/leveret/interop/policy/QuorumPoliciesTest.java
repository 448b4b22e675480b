package io.leveret.interop.policy;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.Map;

/** What else policies do to quorum queues; their times and limits are beside those of arguments. */
final class QuorumPoliciesTest {

    private static final int LONG_MS = 3_600_000;

    @Case(
            "dead-letter-exchange and dead-letter-routing-key hold at once for a quorum queue, until the policy is cleared")
    void deadLetters(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.quorumQueue(channel, "q", Map.of());

        peer.policies().setFor("q", "p", Map.of("dead-letter-exchange", "", "dead-letter-routing-key", dead));
        // RabbitMQ answers before its queues have heard of it.
        peer.eventually(() -> isDeadLettered(peer, channel, queue, dead));
        peer.policies().clear("p");
        peer.eventually(() -> !isDeadLettered(peer, channel, queue, dead));
        peer.observe("both");

        peer.expect("both");
    }

    /** Whether a message that is rejected comes to a queue before one that is rejected later in another. */
    private static boolean isDeadLettered(Peer peer, Channel channel, String queue, String dead) throws Exception {
        String last = peer.queue(channel, "last");
        String behind = peer.quorumQueue(
                channel, "behind", Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", last));
        reject(peer, channel, queue);
        reject(peer, channel, behind);
        QueueState.awaitReady(channel, last, 1);
        channel.queuePurge(last);
        return channel.queuePurge(dead).getMessageCount() > 0;
    }

    private static void reject(Peer peer, Channel channel, String queue) throws Exception {
        peer.enqueue(channel, queue, "m");
        channel.basicReject(channel.basicGet(queue, false).getEnvelope().getDeliveryTag(), false);
    }

    @Case("dead-letter-exchange and dead-letter-routing-key: on a quorum queue the argument wins")
    void deadLettersByArgument(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String byPolicy = peer.queue(channel, "byPolicy");
        String byArgument = peer.queue(channel, "byArgument");
        peer.policies()
                .setFor("q", "p", Map.of("dead-letter-exchange", "amq.fanout", "dead-letter-routing-key", byPolicy));
        String queue = peer.quorumQueue(
                channel, "q", Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", byArgument));

        reject(peer, channel, queue);
        QueueState.awaitReady(channel, byArgument, 1);
        peer.observe(channel.messageCount(byPolicy));

        peer.expect("0");
    }

    @Case("dead-letter-routing-key of a policy holds beside an argument x-dead-letter-exchange")
    void routingKeyBesideAnArgument(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        peer.policies().setFor("q", "p", Map.of("dead-letter-routing-key", dead));
        String queue = peer.quorumQueue(channel, "q", Map.of("x-dead-letter-exchange", ""));

        reject(peer, channel, queue);
        peer.observe(QueueState.awaitReady(channel, dead, 1));

        peer.expect("1");
    }

    @Case("consumer-timeout: on a quorum queue the smaller of argument and policy holds")
    void consumerTimeout(Peer peer) throws Exception {
        observeTimeout(peer, "q", 200, LONG_MS);
        observeTimeout(peer, "r", LONG_MS, 200);

        peer.expect("[m, cancelled by the broker]", "[m, cancelled by the broker]");
    }

    private static void observeTimeout(Peer peer, String name, int policyMs, int argumentMs) throws Exception {
        Channel channel = peer.channel();
        peer.policies().setFor(name, name, Map.of("consumer-timeout", policyMs));
        String queue = peer.quorumQueue(channel, name, Map.of("x-consumer-timeout", argumentMs));
        Inbox inbox = Inbox.of(peer.channel(), queue);
        peer.enqueue(channel, queue, "m");
        peer.observe(inbox.take(2));
    }

    @Case("max-in-memory-length, max-in-memory-bytes, target-group-size, queue-leader-locator and queue-version change"
            + " nothing on a quorum queue")
    void withoutEffect(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.observe(peer.policies()
                .set(
                        "p",
                        Map.of(
                                "max-in-memory-length",
                                1,
                                "max-in-memory-bytes",
                                1,
                                "target-group-size",
                                3,
                                "queue-leader-locator",
                                "balanced",
                                "queue-version",
                                1,
                                "max-length",
                                2)));
        String queue = peer.quorumQueue(channel, "q", Map.of());

        peer.enqueue(channel, queue, "m1", "m2", "m3");
        QueueState.awaitReady(channel, queue, 2);
        peer.observe(peer.drain(channel, queue));

        peer.expect("set", "[m2, m3]");
    }

    @Case("the smaller max-length-bytes of user and operator holds for a quorum queue")
    void maxLengthBytesOfTheOperator(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().setFor("q", "q", Map.of("max-length-bytes", 1_500));
        peer.policies().setForOperator("q", "q", Map.of("max-length-bytes", 2_500));
        peer.policies().setFor("r", "r", Map.of("max-length-bytes", 3_500));
        peer.policies().setForOperator("r", "r", Map.of("max-length-bytes", 2_500));
        observeKept(peer, channel, peer.quorumQueue(channel, "q", Map.of()));
        observeKept(peer, channel, peer.quorumQueue(channel, "r", Map.of()));

        peer.expect("1", "2");
    }

    /** How many of four messages of a thousand octets are there in the end. */
    private static void observeKept(Peer peer, Channel channel, String queue) throws Exception {
        String thousand = "a".repeat(1_000);
        peer.enqueue(channel, queue, thousand, thousand, thousand, thousand);
        peer.observe(peer.drain(channel, queue).size());
    }

    @Case("the operator's overflow holds for a quorum queue, over the user's and the argument")
    void overflowOfTheOperator(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("p", Map.of("max-length", 1, "overflow", "reject-publish"));
        peer.policies().setForOperator("p", Map.of("overflow", "drop-head"));
        String queue = peer.quorumQueue(channel, "q", Map.of("x-overflow", "reject-publish"));

        peer.enqueue(channel, queue, "m1", "m2");
        QueueState.awaitReady(channel, queue, 1);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[m2]");
    }
}
