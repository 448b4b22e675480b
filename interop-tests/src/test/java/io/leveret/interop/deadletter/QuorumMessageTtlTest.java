package io.leveret.interop.deadletter;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Patience;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.Map;

/** How long messages wait in quorum queues. */
final class QuorumMessageTtlTest {

    private static final int LONG_MS = 3_600_000;

    @Case("a quorum queue's messages expire in order, and are dead-lettered as expired")
    void deadLetters(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.quorumQueue(channel, "q", Deaths.to(dead, "x-message-ttl", 50));

        peer.enqueue(channel, queue, "m1", "m2");
        QueueState.awaitReady(channel, dead, 2);
        GetResponse got = channel.basicGet(dead, true);
        peer.observe(got, Deaths.headers(got), channel.basicGet(dead, true), channel.basicGet(queue, true));

        peer.expect(
                "m1",
                "{x-death=[{count=1, exchange=, queue=q, reason=expired, routing-keys=[q]}], x-first-death-exchange=,"
                        + " x-first-death-queue=q, x-first-death-reason=expired, x-last-death-exchange=,"
                        + " x-last-death-queue=q, x-last-death-reason=expired}",
                "m2",
                "null");
    }

    @Case("a quorum queue dead-letters a message without its expiration, which x-death tells")
    void ownExpiration(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.quorumQueue(channel, "q", Deaths.to(dead, "x-message-ttl", LONG_MS));

        peer.publish(channel, "", queue, expiration("50"), "m1");
        GetResponse got = Deaths.await(peer, channel, dead);
        peer.observe(got, got.getProps().getExpiration(), Deaths.headers(got).get("x-death"));

        peer.expect(
                "m1",
                "null",
                "[{count=1, exchange=, original-expiration=50, queue=q, reason=expired, routing-keys=[q]}]");
    }

    @Case("a quorum queue's x-message-ttl is shorter than a message's own expiration")
    void shorterTimeOfTheQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.quorumQueue(channel, "q", Map.of("x-message-ttl", 50));

        channel.confirmSelect();
        peer.publish(channel, "", queue, expiration("3600000"), "m1");
        channel.waitForConfirmsOrDie(Patience.MS);
        QueueState.awaitReady(channel, queue, 0);
        peer.observe(channel.basicGet(queue, true));

        peer.expect("null");
    }

    @Case("with a time to live of 0 a message of a quorum queue reaches a consumer that waits, or nobody")
    void zero(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.quorumQueue(channel, "q", Map.of("x-message-ttl", 0));

        NowOrNever.observe(peer, channel, queue);

        peer.expect("somebody");
    }

    @Case("what a quorum queue has delivered does not expire, but does once it returns")
    void delivered(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.quorumQueue(channel, "q", Deaths.to(dead, "x-message-ttl", 500));
        String later = peer.quorumQueue(channel, "later", Map.of("x-message-ttl", 500));

        peer.enqueue(channel, queue, "m1");
        long tag = channel.basicGet(queue, false).getEnvelope().getDeliveryTag();
        peer.enqueue(channel, later, "expires after it");
        QueueState.awaitReady(channel, later, 0);
        peer.observe(channel.basicGet(dead, true));
        channel.basicReject(tag, true);
        peer.observe(Deaths.await(peer, channel, dead));

        peer.expect("null", "m1 redelivered");
    }

    @Case("message-ttl of a policy holds for a quorum queue, and the smaller of argument and policy")
    void ofAPolicy(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().setFor("(p|q)", "short", Map.of("message-ttl", 50));
        peer.policies().setFor("r", "long", Map.of("message-ttl", LONG_MS));
        observeGone(peer, channel, peer.quorumQueue(channel, "p", Map.of()));
        observeGone(peer, channel, peer.quorumQueue(channel, "q", Map.of("x-message-ttl", LONG_MS)));
        observeGone(peer, channel, peer.quorumQueue(channel, "r", Map.of("x-message-ttl", 50)));

        peer.expect("0", "0", "0");
    }

    @Case("the smaller message-ttl of user and operator holds for a quorum queue")
    void ofAnOperator(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().setFor("q", "short", Map.of("message-ttl", 50));
        peer.policies().setFor("r", "long", Map.of("message-ttl", LONG_MS));
        peer.policies().setForOperator("q", "long", Map.of("message-ttl", LONG_MS));
        peer.policies().setForOperator("r", "short", Map.of("message-ttl", 50));
        observeGone(peer, channel, peer.quorumQueue(channel, "q", Map.of()));
        observeGone(peer, channel, peer.quorumQueue(channel, "r", Map.of()));

        peer.expect("0", "0");
    }

    private static void observeGone(Peer peer, Channel channel, String queue) throws Exception {
        peer.enqueue(channel, queue, "m");
        peer.observe(QueueState.awaitReady(channel, queue, 0));
    }

    private static BasicProperties expiration(String ms) {
        return new BasicProperties.Builder().expiration(ms).build();
    }
}
