package io.leveret.interop.deadletter;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Headers;
import io.leveret.interop.Patience;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.Map;

/** What leaves a quorum queue that has no room, and in which order. */
final class QuorumMaxLengthTest {

    @Case("the oldest leave a full quorum queue, and are dead-lettered with the reason maxlen")
    void oldest(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.quorumQueue(channel, "q", Deaths.to(dead, "x-max-length", 2));

        peer.enqueue(channel, queue, "m1", "m2", "m3", "m4");
        QueueState.awaitReady(channel, dead, 2);
        GetResponse first = channel.basicGet(dead, true);
        peer.observe(first, Deaths.headers(first), channel.basicGet(dead, true), peer.drain(channel, queue));

        peer.expect(
                "m1",
                "{x-death=[{count=1, exchange=, queue=q, reason=maxlen, routing-keys=[q]}], x-first-death-exchange=,"
                        + " x-first-death-queue=q, x-first-death-reason=maxlen, x-last-death-exchange=,"
                        + " x-last-death-queue=q, x-last-death-reason=maxlen}",
                "m2",
                "[m3, m4]");
    }

    @Case("what has returned to a full quorum queue leaves first, in the order of its return")
    void returned(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.quorumQueue(channel, "q", Deaths.to(dead, "x-max-length", 4));

        peer.enqueue(channel, queue, "m1", "m2", "m3", "m4");
        long first = get(channel, queue);
        get(channel, queue);
        long third = get(channel, queue);
        channel.basicNack(third, false, true);
        channel.basicNack(first, false, true);
        // m2 is out, so that there is room for one.
        peer.enqueue(channel, queue, "m5", "m6", "m7");
        QueueState.awaitReady(channel, dead, 2);
        peer.observe(peer.drain(channel, dead), peer.drain(channel, queue));

        peer.expect("[m3, m1]", "[m4, m5, m6, m7]");
    }

    private static long get(Channel channel, String queue) throws Exception {
        return channel.basicGet(queue, false).getEnvelope().getDeliveryTag();
    }

    @Case("the highest priority leaves a full quorum queue first")
    void priority(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.quorumQueue(channel, "q", Deaths.to(dead, "x-max-length", 2));

        publish(peer, channel, queue, 0, "low");
        publish(peer, channel, queue, 9, "high");
        publish(peer, channel, queue, 1, "lower");
        QueueState.awaitReady(channel, dead, 1);
        peer.observe(peer.drain(channel, dead), peer.drain(channel, queue));

        peer.expect("[high]", "[lower, low]");
    }

    @Case("what has returned leaves a full quorum queue before the highest priority")
    void returnedBeforePriority(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.quorumQueue(channel, "q", Deaths.to(dead, "x-max-length", 2));

        publish(peer, channel, queue, 0, "returned");
        channel.basicNack(get(channel, queue), false, true);
        publish(peer, channel, queue, 9, "high");
        publish(peer, channel, queue, 0, "last");
        QueueState.awaitReady(channel, dead, 1);
        peer.observe(peer.drain(channel, dead), peer.drain(channel, queue));

        peer.expect("[returned]", "[high, last]");
    }

    private static void publish(Peer peer, Channel channel, String queue, int priority, String body) throws Exception {
        channel.confirmSelect();
        BasicProperties properties =
                new BasicProperties.Builder().priority(priority).build();
        peer.publish(channel, "", queue, properties, body);
        channel.waitForConfirmsOrDie(Patience.MS);
    }

    @Case("what returns to a full quorum queue leaves it, and it is not told that it was delivered before")
    @Differs(
            because =
                    "what a client may have seen is redelivered, wherever it goes; a quorum queue of RabbitMQ forgets it"
                            + " unless the delivery failed",
            leveret = {"null", "m1 redelivered", "maxlen", "[m2]"})
    void returnsToAFullQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.quorumQueue(channel, "q", Deaths.to(dead, "x-max-length", 1));

        peer.enqueue(channel, queue, "m1");
        long tag = get(channel, queue);
        peer.enqueue(channel, queue, "m2");
        peer.observe(channel.basicGet(dead, true));
        channel.basicNack(tag, false, true);
        GetResponse got = Deaths.await(peer, channel, dead);
        peer.observe(got, got.getProps().getHeaders().get("x-first-death-reason"), peer.drain(channel, queue));

        peer.expect("null", "m1", "maxlen", "[m2]");
    }

    @Case("a quorum queue of length 0 passes messages on to consumers that wait")
    void zero(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.quorumQueue(channel, "q", Map.of("x-max-length", 0));

        NowOrNever.observe(peer, channel, queue);

        peer.expect("somebody");
    }

    @Case("the oldest leave a quorum queue whose bodies are too large together")
    void bytes(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.quorumQueue(channel, "q", Deaths.to(dead, "x-max-length-bytes", 2_500));
        String thousand = "a".repeat(1_000);

        peer.enqueue(channel, queue, "1" + thousand, "2" + thousand, "3" + thousand, "4" + thousand);
        QueueState.awaitReady(channel, dead, 2);
        peer.observe(firsts(peer, channel, dead), firsts(peer, channel, queue));

        peer.expect("12", "34");
    }

    private static String firsts(Peer peer, Channel channel, String queue) throws Exception {
        StringBuilder firsts = new StringBuilder();
        peer.drain(channel, queue).forEach(body -> firsts.append(body.charAt(0)));
        return firsts.toString();
    }

    @Case("the properties of its messages count for a quorum queue's x-max-length-bytes")
    @Differs(
            because =
                    "the limit means the same for all queues: the octets of the bodies, as in RabbitMQ's classic queues",
            leveret = "[m1, m2, m3]")
    void propertiesCount(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.quorumQueue(channel, "q", Map.of("x-max-length-bytes", 2_500));

        channel.confirmSelect();
        for (String body : new String[] {"m1", "m2", "m3"}) {
            peer.publish(channel, "", queue, Headers.of("own", "a".repeat(1_000)), body);
        }
        channel.waitForConfirmsOrDie(Patience.MS);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[m2, m3]");
    }

    @Case("the smaller max-length and max-length-bytes of argument and policy hold for a quorum queue")
    void ofAPolicy(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().setFor("q", "p", Map.of("max-length", 2));
        peer.policies().setFor("r", "r", Map.of("max-length-bytes", 2_500));
        observeKept(peer, channel, peer.quorumQueue(channel, "q1", Map.of("x-max-length", 3)));
        observeKept(peer, channel, peer.quorumQueue(channel, "q2", Map.of("x-max-length", 1)));
        observeKept(peer, channel, peer.quorumQueue(channel, "r1", Map.of("x-max-length-bytes", 3_500)));
        observeKept(peer, channel, peer.quorumQueue(channel, "r2", Map.of("x-max-length-bytes", 1_500)));

        peer.expect("34", "4", "34", "4");
    }

    /** Which of four messages of a thousand octets are there in the end. */
    private static void observeKept(Peer peer, Channel channel, String queue) throws Exception {
        String thousand = "a".repeat(1_000);
        peer.enqueue(channel, queue, "1" + thousand, "2" + thousand, "3" + thousand, "4" + thousand);
        peer.observe(firsts(peer, channel, queue));
    }

    @Case("a lowered max-length drops from a quorum queue at once, with the reason maxlen")
    void lowered(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.quorumQueue(channel, "q", Deaths.to(dead));
        peer.enqueue(channel, queue, "m1", "m2", "m3");

        peer.policies().setFor("q", "p", Map.of("max-length", 1));
        QueueState.awaitReady(channel, dead, 2);
        GetResponse first = channel.basicGet(dead, true);
        peer.observe(first, first.getProps().getHeaders().get("x-first-death-reason"), peer.drain(channel, queue));

        peer.expect("m1", "maxlen", "[m3]");
    }
}
