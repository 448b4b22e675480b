package io.leveret.interop.settle;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Inbox;
import io.leveret.interop.Ours;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How long a message that returns to a quorum queue waits until it is given out again. */
final class DelayedRetryTest {

    private static final int HOUR_MS = 3_600_000;

    private static final String TYPE = "x-delayed-retry-type";
    private static final String MIN = "x-delayed-retry-min";
    private static final String MAX = "x-delayed-retry-max";

    private static String quorum(Peer peer, Channel channel, String name, Map<String, Object> arguments)
            throws Exception {
        Map<String, Object> all = new HashMap<>(arguments);
        all.put("x-queue-type", "quorum");
        return channel.queueDeclare(peer.name(name), true, false, false, all).getQueue();
    }

    private static long tag(GetResponse got) {
        return got.getEnvelope().getDeliveryTag();
    }

    private static GetResponse await(Peer peer, Channel channel, String queue) throws Exception {
        GetResponse[] got = new GetResponse[1];
        peer.eventually(() -> {
            got[0] = channel.basicGet(queue, false);
            return got[0] != null;
        });
        return got[0];
    }

    /** What was told of earlier deliveries. */
    private static String headers(GetResponse got) {
        return new TreeMap<>(got.getProps().getHeaders()).toString();
    }

    /** Which of a nack, a reject and basic.recover make a message wait for an hour. */
    private static void observeWhatWaits(Peer peer, Map<String, Object> arguments) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, "q", arguments);
        peer.enqueue(channel, queue, "m");
        channel.basicNack(tag(await(peer, channel, queue)), false, true);
        boolean nacked = channel.basicGet(queue, true) == null;
        peer.enqueue(channel, queue, "m");
        channel.basicReject(tag(await(peer, channel, queue)), true);
        boolean rejected = channel.basicGet(queue, true) == null;
        peer.enqueue(channel, queue, "m");
        await(peer, channel, queue);
        channel.basicRecover(true);
        boolean recovered = channel.basicGet(queue, true) == null;
        channel.queueDelete(queue);
        peer.observe("nack " + nacked + ", reject " + rejected + ", recover " + recovered);
    }

    @Case("x-delayed-retry-type failed delays what is rejected")
    void failed(Peer peer) throws Exception {
        observeWhatWaits(peer, Map.of(TYPE, "failed", MIN, HOUR_MS));

        peer.expect("nack false, reject true, recover false");
    }

    @Case("x-delayed-retry-type returned delays what is nacked or recovered")
    void returned(Peer peer) throws Exception {
        observeWhatWaits(peer, Map.of(TYPE, "returned", MIN, HOUR_MS));

        peer.expect("nack true, reject false, recover true");
    }

    @Case("x-delayed-retry-type all delays all that returns")
    void all(Peer peer) throws Exception {
        observeWhatWaits(peer, Map.of(TYPE, "all", MIN, HOUR_MS));

        peer.expect("nack true, reject true, recover true");
    }

    @Case("nothing waits with any other type, or without one")
    void noType(Peer peer) throws Exception {
        observeWhatWaits(peer, Map.of(TYPE, "disabled", MIN, HOUR_MS));
        observeWhatWaits(peer, Map.of(TYPE, "nonsense", MIN, HOUR_MS));
        observeWhatWaits(peer, Map.of(TYPE, 5, MIN, HOUR_MS));
        observeWhatWaits(peer, Map.of(MIN, HOUR_MS));

        peer.expect(
                "nack false, reject false, recover false",
                "nack false, reject false, recover false",
                "nack false, reject false, recover false",
                "nack false, reject false, recover false");
    }

    @Case("nothing waits without x-delayed-retry-min, or with one that is no positive integer")
    void noLeast(Peer peer) throws Exception {
        observeWhatWaits(peer, Map.of(TYPE, "all", MAX, HOUR_MS));
        observeWhatWaits(peer, Map.of(TYPE, "all", MIN, "100", MAX, HOUR_MS));
        observeWhatWaits(peer, Map.of(TYPE, "all", MIN, 0, MAX, HOUR_MS));
        observeWhatWaits(peer, Map.of(TYPE, "all", MIN, -1, MAX, HOUR_MS));

        peer.expect(
                "nack false, reject false, recover false",
                "nack false, reject false, recover false",
                "nack false, reject false, recover false",
                "nack false, reject false, recover false");
    }

    @Case("what waits comes back, and tells of its earlier deliveries")
    void comesBack(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, "q", Map.of(TYPE, "all", MIN, 100));
        Inbox inbox = Inbox.of(channel, queue);

        peer.enqueue(channel, queue, "m");
        channel.basicReject(inbox.nextTag(), true);
        channel.basicNack(inbox.nextTag(), false, true);
        peer.observe(inbox.next());

        peer.expect("m redelivered");
    }

    /** Fails a message in both queues so often, and says which of them has it first after the last failure. */
    private static void observeFirst(Peer peer, Map<String, Object> one, Map<String, Object> other) throws Exception {
        Channel channel = peer.channel();
        String a = quorum(peer, channel, "a", one);
        String b = quorum(peer, channel, "b", other);
        peer.enqueue(channel, a, "m");
        peer.enqueue(channel, b, "m");
        for (int i = 0; i < 4; i++) {
            channel.basicReject(tag(await(peer, channel, a)), true);
            channel.basicReject(tag(await(peer, channel, b)), true);
        }
        peer.observe(headers(await(peer, channel, a)), channel.basicGet(b, false));
        peer.observe(headers(await(peer, channel, b)));
        channel.queueDelete(a);
        channel.queueDelete(b);
    }

    @Case("the wait grows with the failures up to x-delayed-retry-max; without one it stays the same")
    void grows(Peer peer) throws Exception {
        observeFirst(peer, Map.of(TYPE, "all", MIN, 300), Map.of(TYPE, "all", MIN, 300, MAX, HOUR_MS));

        peer.expect("{x-acquired-count=4, x-delivery-count=4}", "null", "{x-acquired-count=4, x-delivery-count=4}");
    }

    @Case("an x-delayed-retry-max that is no positive integer counts as none")
    void noMost(Peer peer) throws Exception {
        observeFirst(peer, Map.of(TYPE, "all", MIN, 300, MAX, "?"), Map.of(TYPE, "all", MIN, 300, MAX, HOUR_MS));
        observeFirst(peer, Map.of(TYPE, "all", MIN, 300, MAX, 0), Map.of(TYPE, "all", MIN, 300, MAX, HOUR_MS));

        peer.expect(
                "{x-acquired-count=4, x-delivery-count=4}",
                "null",
                "{x-acquired-count=4, x-delivery-count=4}",
                "{x-acquired-count=4, x-delivery-count=4}",
                "null",
                "{x-acquired-count=4, x-delivery-count=4}");
    }

    @Case("an x-delayed-retry-max below the least holds")
    void mostBelowLeast(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, "q", Map.of(TYPE, "all", MIN, HOUR_MS, MAX, 50));
        peer.enqueue(channel, queue, "m");
        channel.basicReject(tag(await(peer, channel, queue)), true);
        peer.observe(headers(await(peer, channel, queue)));

        peer.expect("{x-acquired-count=1, x-delivery-count=1}");
    }

    @Case("only failures make the wait longer")
    void nacksDoNotGrow(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String nacked = quorum(peer, channel, "nacked", Map.of(TYPE, "all", MIN, 300, MAX, HOUR_MS));
        String rejected = quorum(peer, channel, "rejected", Map.of(TYPE, "all", MIN, 300, MAX, HOUR_MS));
        peer.enqueue(channel, nacked, "m");
        peer.enqueue(channel, rejected, "m");
        for (int i = 0; i < 4; i++) {
            channel.basicNack(tag(await(peer, channel, nacked)), false, true);
            channel.basicReject(tag(await(peer, channel, rejected)), true);
        }
        peer.observe(headers(await(peer, channel, nacked)), channel.basicGet(rejected, false));

        peer.expect("{x-acquired-count=4}", "null");
    }

    /** Waits until the queue has taken back what waits for an hour now; that it does not come is shown by the purge. */
    private static void awaitDelayed(Peer peer, Channel channel, String queue) throws Exception {
        peer.eventually(() -> {
            boolean nothingReady = channel.basicGet(queue, true) == null;
            return channel.queuePurge(queue).getMessageCount() == 1 && nothingReady;
        });
        peer.observe("delayed");
    }

    @Case("what a lost connection had is delayed as failed")
    void lost(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String failed = quorum(peer, channel, "failed", Map.of(TYPE, "failed", MIN, HOUR_MS));
        String returned = quorum(peer, channel, "returned", Map.of(TYPE, "returned", MIN, HOUR_MS));
        Connection lost = peer.connect();
        peer.enqueue(channel, failed, "m");
        peer.enqueue(channel, returned, "m");
        await(peer, lost.createChannel(), failed);
        await(peer, lost.createChannel(), returned);
        lost.close();

        awaitDelayed(peer, channel, failed);
        peer.observe(await(peer, channel, returned));

        peer.expect("delayed", "m redelivered");
    }

    @Case("what a consumer did not settle in time is delayed as returned")
    void timedOut(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String failed = quorum(peer, channel, "failed", Map.of(TYPE, "failed", MIN, HOUR_MS));
        String returned = quorum(peer, channel, "returned", Map.of(TYPE, "returned", MIN, HOUR_MS));
        Inbox.of(peer.channel(), failed, "", Map.of("x-consumer-timeout", 200));
        Inbox.of(peer.channel(), returned, "", Map.of("x-consumer-timeout", 200));
        peer.enqueue(channel, failed, "m");
        peer.enqueue(channel, returned, "m");

        peer.observe(await(peer, channel, failed));
        awaitDelayed(peer, channel, returned);

        peer.expect("m redelivered", "delayed");
    }

    @Case("what waits is not ready, and is purged")
    void notReady(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, "q", Map.of(TYPE, "all", MIN, HOUR_MS));
        peer.enqueue(channel, queue, "m1", "m2");
        channel.basicReject(tag(await(peer, channel, queue)), true);
        peer.observe(QueueState.awaitReady(channel, queue, 1));
        peer.observe(channel.queuePurge(queue), channel.queueDelete(queue));

        peer.expect("1", "purged 2 messages", "deleted with 0 messages");
    }

    @Case("what waits is deleted with its queue, and does not count there")
    void deleted(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, "q", Map.of(TYPE, "all", MIN, HOUR_MS));
        peer.enqueue(channel, queue, "m1", "m2");
        channel.basicReject(tag(await(peer, channel, queue)), true);
        QueueState.awaitReady(channel, queue, 1);
        peer.observe(channel.queueDelete(queue));

        peer.expect("deleted with 1 messages");
    }

    @Case("what waits counts for the length limit, and does not leave for it")
    void lengthLimit(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, "q", Map.of(TYPE, "all", MIN, HOUR_MS, "x-max-length", 2));
        peer.enqueue(channel, queue, "m1");
        channel.basicReject(tag(await(peer, channel, queue)), true);
        peer.enqueue(channel, queue, "m2", "m3");
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true), channel.queuePurge(queue));

        peer.expect("m3", "null", "purged 1 messages");
    }

    @Case("what waits counts for reject-publish")
    @Differs(
            because = "a quorum queue of RabbitMQ takes one message more before it refuses",
            leveret = {"[true, false, false]"})
    void rejectPublish(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(
                peer,
                channel,
                "q",
                Map.of(TYPE, "all", MIN, HOUR_MS, "x-max-length", 2, "x-overflow", "reject-publish"));
        peer.enqueue(channel, queue, "m1");
        channel.basicReject(tag(await(peer, channel, queue)), true);
        List<Boolean> confirmed = new ArrayList<>();
        for (int i = 2; i <= 4; i++) {
            peer.publish(channel, "", queue, "m" + i);
            confirmed.add(channel.waitForConfirms());
        }
        peer.observe(confirmed);

        peer.expect("[true, true, false]");
    }

    @Case("what waited comes before what is ready, in the order of its time")
    void order(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, "q", Map.of(TYPE, "failed", MIN, 200, MAX, HOUR_MS));
        peer.enqueue(channel, queue, "twice");
        channel.basicReject(tag(await(peer, channel, queue)), true);
        GetResponse twice = await(peer, channel, queue);
        peer.enqueue(channel, queue, "once", "never");
        GetResponse once = await(peer, channel, queue);
        channel.basicReject(tag(twice), true);
        channel.basicReject(tag(once), true);
        QueueState.awaitReady(channel, queue, 3);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[once, twice, never]");
    }

    @Case("what has failed too often does not wait, and is dead-lettered at once")
    void beyondTheLimit(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        Map<String, Object> arguments = new HashMap<>(Map.of(TYPE, "all", MIN, HOUR_MS, "x-delivery-limit", 0));
        arguments.put("x-dead-letter-exchange", "");
        arguments.put("x-dead-letter-routing-key", dead);
        String queue = quorum(peer, channel, "q", arguments);
        peer.enqueue(channel, queue, "m");
        channel.basicReject(tag(await(peer, channel, queue)), true);
        GetResponse got = await(peer, channel, dead);
        peer.observe(got, got.getProps().getHeaders().get("x-first-death-reason"));

        peer.expect("m redelivered", "delivery_limit");
    }

    @Case("a message that expires while it waits stays until its time comes")
    void expires(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        Map<String, Object> arguments = new HashMap<>(Map.of(TYPE, "all", MIN, HOUR_MS));
        arguments.put("x-dead-letter-exchange", "");
        arguments.put("x-dead-letter-routing-key", dead);
        String queue = quorum(peer, channel, "q", arguments);
        channel.confirmSelect();
        peer.publish(channel, "", queue, expiring(800), "m1");
        channel.basicReject(tag(await(peer, channel, queue)), true);
        // That this one is dead tells that the other one's time is over, too.
        peer.publish(channel, "", queue, expiring(1_000), "m2");
        peer.observe(await(peer, channel, dead), channel.queuePurge(queue));

        peer.expect("m2", "purged 1 messages");
    }

    private static BasicProperties expiring(int ms) {
        return new BasicProperties.Builder().expiration(String.valueOf(ms)).build();
    }

    @Case("a message that expired while it waited is not given out")
    void expired(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = quorum(
                peer,
                channel,
                "q",
                Map.of(TYPE, "all", MIN, 1500, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead));
        channel.confirmSelect();
        peer.publish(channel, "", queue, expiring(800), "m");
        channel.basicReject(tag(await(peer, channel, queue)), true);
        GetResponse got = await(peer, channel, dead);
        peer.observe(got, got.getProps().getHeaders().get("x-first-death-reason"));

        peer.expect("m redelivered", "expired");
    }

    @Case("a policy holds for what returns from then on")
    void policy(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, "q", Map.of());
        peer.enqueue(channel, queue, "m1", "m2", "m3", "m4", "m5");
        GetResponse m1 = await(peer, channel, queue);
        GetResponse m2 = await(peer, channel, queue);
        // RabbitMQ answers before its queues have heard of it: the limit tells that this one has.
        peer.policies().set("p", Map.of("delayed-retry-type", "failed", "delayed-retry-min", HOUR_MS, "max-length", 2));
        QueueState.awaitReady(channel, queue, 2);
        channel.queuePurge(queue);
        channel.basicReject(tag(m1), true);
        peer.observe(channel.basicGet(queue, true));
        peer.policies().clear("p");
        peer.eventually(() -> {
            peer.enqueue(channel, queue, "probe");
            return channel.messageCount(queue) > 2;
        });
        peer.observe(channel.queuePurge(queue).getMessageCount() > 3);
        channel.basicReject(tag(m2), true);
        peer.observe(await(peer, channel, queue));

        peer.expect("null", "true", "m2 redelivered");
    }

    @Case("of the type a policy's holds, of the times the smaller")
    void policyAndArgument(Peer peer) throws Exception {
        peer.policies().setFor("q", "p", Map.of("delayed-retry-type", "failed", "delayed-retry-min", HOUR_MS));
        observeWhatWaits(peer, Map.of(TYPE, "returned", MIN, 2 * HOUR_MS));
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, "q", Map.of(TYPE, "returned", MIN, 50));
        peer.enqueue(channel, queue, "m");
        channel.basicReject(tag(await(peer, channel, queue)), true);
        peer.observe(headers(await(peer, channel, queue)));

        peer.expect("nack false, reject true, recover false", "{x-acquired-count=1, x-delivery-count=1}");
    }

    @Case("a classic queue has it, too, if its arguments ask for it")
    @Ours
    void classic(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of(TYPE, "failed", MIN, HOUR_MS, MAX, 50));
        peer.enqueue(channel, queue, "m");

        channel.basicNack(tag(await(peer, channel, queue)), false, true);
        GetResponse nacked = await(peer, channel, queue);
        channel.basicReject(tag(nacked), true);
        peer.observe(headers(nacked), channel.basicGet(queue, true), headers(await(peer, channel, queue)));

        peer.expect("{x-acquired-count=1}", "null", "{x-acquired-count=2, x-delivery-count=1}");
    }
}
