package io.leveret.interop.deadletter;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Confirms;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.HashMap;
import java.util.Map;

/** {@code x-dead-letter-strategy}: what becomes of a quorum queue's dead letters that have nowhere to go yet. */
final class DeadLetterStrategyTest {

    private static final String KEY = "k";

    /** A queue whose dead letters go to {@code amq.direct}, where nobody has bound a queue for them. */
    private static String lonely(Peer peer, Channel channel, Object... more) throws Exception {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("x-queue-type", "quorum");
        arguments.put("x-dead-letter-exchange", "amq.direct");
        arguments.put("x-dead-letter-routing-key", peer.name(KEY));
        for (int i = 0; i < more.length; i += 2) {
            arguments.put((String) more[i], more[i + 1]);
        }
        return channel.queueDeclare(peer.name("q"), true, false, false, arguments)
                .getQueue();
    }

    private static String keeping(Peer peer, Channel channel) throws Exception {
        return lonely(
                peer,
                channel,
                "x-dead-letter-strategy",
                "at-least-once",
                "x-overflow",
                "reject-publish",
                "x-max-length",
                1);
    }

    /** RabbitMQ tries again what it keeps when another policy holds, otherwise every three minutes. */
    private static String bindTarget(Peer peer, Channel channel) throws Exception {
        String dead = peer.queue(channel, "dead");
        channel.queueBind(dead, "amq.direct", peer.name(KEY));
        peer.policies().set("other", Map.of("delivery-limit", 7), 0, "quorum_queues");
        return dead;
    }

    @Case
    void atLeastOnceKeepsWhatHasNoRouteUntilItHas(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = keeping(peer, channel);

        peer.enqueue(channel, queue, "m1");
        Deaths.reject(channel, queue);
        peer.observe(channel.basicGet(queue, true));
        GetResponse got = Deaths.await(peer, channel, bindTarget(peer, channel));
        peer.observe(got, Deaths.headers(got));

        peer.expect(
                "null",
                "m1 redelivered",
                "{x-death=[{count=1, exchange=, queue=q, reason=rejected, routing-keys=[q]}], x-first-death-exchange=,"
                        + " x-first-death-queue=q, x-first-death-reason=rejected, x-last-death-exchange=,"
                        + " x-last-death-queue=q, x-last-death-reason=rejected}");
    }

    @Case
    void whatAtLeastOnceKeepsCountsForTheLengthLimit(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = keeping(peer, channel);
        Confirms confirms = rejectTwo(peer, channel, queue);

        peer.publish(channel, "", queue, "m3");
        peer.observe(!confirms.await(3).startsWith("3 acked"));

        peer.expect("true");
    }

    /** RabbitMQ takes one more than the limit says. */
    private static Confirms rejectTwo(Peer peer, Channel channel, String queue) throws Exception {
        channel.confirmSelect();
        Confirms confirms = Confirms.of(channel);
        peer.publish(channel, "", queue, "m1");
        confirms.await(1);
        Deaths.reject(channel, queue);
        QueueState.awaitReady(channel, queue, 0);
        peer.publish(channel, "", queue, "m2");
        confirms.await(2);
        GetResponse second = channel.basicGet(queue, false);
        if (second != null) {
            channel.basicReject(second.getEnvelope().getDeliveryTag(), false);
        }
        return confirms;
    }

    @Case("a quorum queue with reject-publish refuses what is above its limit")
    @Differs(
            because = "a limit is what it says; RabbitMQ's quorum queue looks at it once it is exceeded",
            leveret = {"1 acked, 2 nacked, numbers up to 3"})
    void theLimitOfAQuorumQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = keeping(peer, channel);
        channel.confirmSelect();
        Confirms confirms = Confirms.of(channel);
        for (int i = 1; i <= 3; i++) {
            peer.publish(channel, "", queue, "m" + i);
            confirms.await(i);
        }
        peer.observe(confirms.await(3));

        peer.expect("2 acked, 1 nacked, numbers up to 3");
    }

    @Case("a purge counts what at-least-once keeps")
    @Differs(
            because = "what a purge counts is gone; RabbitMQ forwards the first 32 all the same",
            leveret = {"1", "m2 redelivered"})
    void aPurgeRemovesAndCountsWhatAtLeastOnceKeeps(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = keeping(peer, channel);

        peer.enqueue(channel, queue, "m1");
        Deaths.reject(channel, queue);
        QueueState.awaitReady(channel, queue, 0);
        peer.observe(channel.queuePurge(queue).getMessageCount());
        String dead = bindTarget(peer, channel);
        peer.enqueue(channel, queue, "m2");
        Deaths.reject(channel, queue);
        peer.observe(Deaths.await(peer, channel, dead));

        peer.expect("1", "m1 redelivered");
    }

    @Case
    void atLeastOnceDeadLettersAtOnceWhatHasARoute(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = keeping(peer, channel);
        String dead = bindTarget(peer, channel);

        peer.enqueue(channel, queue, "m1");
        Deaths.reject(channel, queue);
        peer.observe(Deaths.await(peer, channel, dead));

        peer.expect("m1 redelivered");
    }

    @Case
    void withoutRejectPublishAtLeastOnceIsAtMostOnce(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = lonely(peer, channel, "x-dead-letter-strategy", "at-least-once");

        droppedBehind(peer, channel, queue);
    }

    @Case
    void atMostOnceDropsWhatHasNoRoute(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = lonely(peer, channel, "x-dead-letter-strategy", "at-most-once", "x-overflow", "reject-publish");

        droppedBehind(peer, channel, queue);
    }

    /** What is rejected before there is a target does not come to it, what is rejected then does. */
    private static void droppedBehind(Peer peer, Channel channel, String queue) throws Exception {
        peer.enqueue(channel, queue, "m1");
        Deaths.reject(channel, queue);
        peer.enqueue(channel, queue, "m2");
        Deaths.awaitThoseBefore(peer, channel);
        String dead = bindTarget(peer, channel);
        Deaths.reject(channel, queue);
        peer.observe(Deaths.await(peer, channel, dead), channel.basicGet(dead, true));

        peer.expect("m2 redelivered", "null");
    }

    @Case
    void aPolicyCanAskForAtLeastOnce(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies()
                .set(
                        "first",
                        Map.of("dead-letter-strategy", "at-least-once", "overflow", "reject-publish", "max-length", 1),
                        0,
                        "quorum_queues");
        String queue = lonely(peer, channel);

        Confirms confirms = rejectTwo(peer, channel, queue);
        peer.publish(channel, "", queue, "m3");
        peer.observe(!confirms.await(3).startsWith("3 acked"));

        peer.expect("true");
    }
}
