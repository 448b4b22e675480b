package io.leveret.interop.policy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Confirms;
import io.leveret.interop.Differs;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.Map;

/** What policies do to queues and exchanges, the moment that they are set. */
final class PolicyEffectsTest {

    private static final int HOUR_MS = 3_600_000;

    @Case("max-length: a lowered limit drops at once")
    void maxLength(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.enqueue(channel, queue, "m1", "m2", "m3", "m4");

        peer.policies().set("p", Map.of("max-length", 2));
        QueueState.awaitReady(channel, queue, 2);
        peer.enqueue(channel, queue, "m5");
        QueueState.awaitReady(channel, queue, 2);
        peer.policies().clear("p");
        peer.enqueue(channel, queue, "m6");
        peer.observe(peer.drain(channel, queue));

        peer.expect("[m4, m5, m6]");
    }

    @Case("max-length: the smaller of argument and policy holds")
    void smallerMaxLength(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("p", Map.of("max-length", 2));
        String large = peer.queue(channel, "large", Map.of("x-max-length", 3));
        String small = peer.queue(channel, "small", Map.of("x-max-length", 1));

        peer.enqueue(channel, large, "m1", "m2", "m3", "m4");
        peer.enqueue(channel, small, "m1", "m2", "m3", "m4");
        peer.observe(QueueState.awaitReady(channel, large, 2), QueueState.awaitReady(channel, small, 1));

        peer.expect("2", "1");
    }

    @Case("max-length-bytes")
    void maxLengthBytes(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.enqueue(channel, queue, "aaa", "bbb", "cc");

        peer.policies().set("p", Map.of("max-length-bytes", 5));
        QueueState.awaitReady(channel, queue, 2);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[bbb, cc]");
    }

    @Case("dead-letter-exchange and dead-letter-routing-key")
    void deadLetters(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.queue(channel, "q");
        peer.policies().set("p", Map.of("dead-letter-exchange", "", "dead-letter-routing-key", dead));

        peer.enqueue(channel, queue, "m1");
        channel.basicReject(channel.basicGet(queue, false).getEnvelope().getDeliveryTag(), false);
        QueueState.awaitReady(channel, dead, 1);
        peer.observe(peer.drain(channel, dead));
        peer.policies().clear("p");
        peer.enqueue(channel, queue, "m2");
        channel.basicReject(channel.basicGet(queue, false).getEnvelope().getDeliveryTag(), false);
        peer.roundTrip(channel);
        peer.observe(peer.drain(channel, dead));

        peer.expect("[m1]", "[]");
    }

    @Case("dead-letter-exchange, dead-letter-routing-key: the argument wins")
    void deadLettersByArgument(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String byPolicy = peer.queue(channel, "byPolicy");
        String byArgument = peer.queue(channel, "byArgument");
        String queue =
                peer.queue(channel, "q", Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", byArgument));
        peer.policies()
                .setFor("q", "p", Map.of("dead-letter-exchange", "amq.fanout", "dead-letter-routing-key", byPolicy));

        peer.enqueue(channel, queue, "m1");
        channel.basicReject(channel.basicGet(queue, false).getEnvelope().getDeliveryTag(), false);
        QueueState.awaitReady(channel, byArgument, 1);
        peer.observe(channel.messageCount(byPolicy));

        peer.expect("0");
    }

    @Case("dead-letter-exchange: what a lowered limit drops is dead-lettered")
    void droppedByPolicy(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.queue(channel, "q");
        peer.enqueue(channel, queue, "m1", "m2", "m3");

        peer.policies()
                .setFor("q", "p", Map.of("max-length", 1, "dead-letter-exchange", "", "dead-letter-routing-key", dead));
        QueueState.awaitReady(channel, dead, 2);
        peer.observe(peer.drain(channel, dead), peer.drain(channel, queue));

        peer.expect("[m1, m2]", "[m3]");
    }

    @Case("message-ttl is of what comes later")
    void messageTtl(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.enqueue(channel, queue, "before");

        peer.policies().set("p", Map.of("message-ttl", 0));
        // RabbitMQ answers before its queues have heard of it.
        peer.eventually(() -> !stays(peer, channel, queue));
        peer.policies().clear("p");
        peer.eventually(() -> stays(peer, channel, queue));
        peer.observe(peer.drain(channel, queue));

        peer.expect("[before]");
    }

    /** Whether a message that is published behind the first one is there, and takes it out. */
    private static boolean stays(Peer peer, Channel channel, String queue) throws Exception {
        peer.enqueue(channel, queue, "probe");
        GetResponse first = channel.basicGet(queue, false);
        GetResponse second = channel.basicGet(queue, true);
        channel.basicNack(first.getEnvelope().getDeliveryTag(), false, true);
        QueueState.awaitReady(channel, queue, 1);
        return second != null;
    }

    @Case("message-ttl: the smallest of policy, argument and message holds")
    void smallestTtl(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().setFor("q", "p", Map.of("message-ttl", HOUR_MS));
        peer.policies().setFor("r", "r", Map.of("message-ttl", 1));
        String byArgument = peer.queue(channel, "q1", Map.of("x-message-ttl", 1));
        String byMessage = peer.queue(channel, "q2", Map.of("x-message-ttl", HOUR_MS));
        String byPolicy = peer.queue(channel, "r", Map.of("x-message-ttl", HOUR_MS));

        BasicProperties own = new BasicProperties.Builder().expiration("1").build();
        peer.publish(channel, "", byArgument, "m");
        peer.publish(channel, "", byMessage, own, "m");
        peer.publish(channel, "", byPolicy, "m");
        peer.observe(QueueState.awaitReady(channel, byArgument, 0));
        peer.observe(QueueState.awaitReady(channel, byMessage, 0));
        peer.observe(QueueState.awaitReady(channel, byPolicy, 0));

        peer.expect("0", "0", "0");
    }

    private static void awaitExpired(Peer peer, Channel channel, String queue) throws Exception {
        QueueState.awaitExpired(peer, channel, queue, () -> null);
    }

    @Case("expires: a queue that is there goes")
    void expires(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");

        peer.policies().set("p", Map.of("expires", 100));
        awaitExpired(peer, channel, queue);
        peer.attempt(channel, () -> channel.queueDeclarePassive(queue));

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'q' in vhost '/' [queue.declare]");
    }

    @Case("expires: the smaller of argument and policy holds")
    void smallerExpires(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("p", Map.of("expires", 100));
        String queue = peer.queue(channel, "q", Map.of("x-expires", HOUR_MS));

        awaitExpired(peer, channel, queue);
        peer.attempt(channel, () -> channel.queueDeclarePassive(queue));

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'q' in vhost '/' [queue.declare]");
    }

    @Case("overflow: a limit that comes together with reject-publish still drops what is there")
    @Differs(
            because =
                    "a queue that refuses keeps what it has; RabbitMQ looks at the new limit while the old overflow holds",
            leveret = {"0 acked, 1 nacked, numbers up to 1", "[m1, m2, m3]"})
    void limitAndOverflowTogether(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.enqueue(channel, queue, "m1", "m2", "m3");
        peer.policies().set("p", Map.of("max-length", 2, "overflow", "reject-publish"));

        observeRefusal(peer, queue);
        peer.observe(peer.drain(channel, queue));

        peer.expect("0 acked, 1 nacked, numbers up to 1", "[m2, m3]");
    }

    private static void observeRefusal(Peer peer, String queue) throws Exception {
        Channel confirming = peer.channel();
        confirming.confirmSelect();
        Confirms confirms = Confirms.of(confirming);
        peer.publish(confirming, "", queue, "refused");
        peer.observe(confirms.await(1));
    }

    @Case("overflow: refused from now on, and what is there stays")
    void overflow(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.enqueue(channel, queue, "m1", "m2", "m3");
        peer.policies().set("p", Map.of("max-length", 3, "overflow", "reject-publish"));
        peer.policies().set("p", Map.of("max-length", 2, "overflow", "reject-publish"));

        observeRefusal(peer, queue);
        peer.observe(peer.drain(channel, queue));

        peer.expect("0 acked, 1 nacked, numbers up to 1", "[m1, m2, m3]");
    }

    @Case("overflow: on a classic queue the argument wins")
    void overflowOfAClassicQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("p", Map.of("max-length", 1, "overflow", "reject-publish"));
        String queue = peer.queue(channel, "q", Map.of("x-overflow", "drop-head"));

        peer.enqueue(channel, queue, "m1", "m2");
        QueueState.awaitReady(channel, queue, 1);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[m2]");
    }

    @Case("overflow: on a quorum queue the policy wins")
    void overflowOfAQuorumQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("p", Map.of("max-length", 1, "overflow", "drop-head"));
        String queue = peer.name("q");
        channel.queueDeclare(
                queue, true, false, false, Map.of("x-queue-type", "quorum", "x-overflow", "reject-publish"));

        peer.enqueue(channel, queue, "m1", "m2");
        QueueState.awaitReady(channel, queue, 1);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[m2]");
    }

    @Case("alternate-exchange")
    void alternateExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        String alternate = peer.exchange(channel, "a", "fanout");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, alternate, "");
        peer.publish(channel, exchange, "k", "before");
        peer.roundTrip(channel);

        peer.policies().setFor("x", "p", Map.of("alternate-exchange", alternate));
        peer.publish(channel, exchange, "k", "during");
        QueueState.awaitReady(channel, queue, 1);
        peer.policies().clear("p");
        peer.publish(channel, exchange, "k", "after");
        peer.roundTrip(channel);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[during]");
    }

    @Case("alternate-exchange: the argument wins")
    void alternateExchangeByArgument(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String byArgument = peer.exchange(channel, "a", "fanout");
        String byPolicy = peer.exchange(channel, "b", "fanout");
        channel.exchangeDeclare(peer.name("x"), "direct", false, true, Map.of("alternate-exchange", byArgument));
        String queue = peer.queue(channel, "qa");
        String other = peer.queue(channel, "qb");
        channel.queueBind(queue, byArgument, "");
        channel.queueBind(other, byPolicy, "");
        peer.policies().setFor("x", "p", Map.of("alternate-exchange", byPolicy));

        peer.publish(channel, peer.name("x"), "k", "m");
        QueueState.awaitReady(channel, queue, 1);
        peer.observe(channel.messageCount(other));

        peer.expect("0");
    }

    @Case(
            "queue-mode, queue-version, queue-leader-locator, consumer-disconnected-timeout change nothing on a classic queue")
    void withoutEffect(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.policies()
                .set(
                        "p",
                        Map.of(
                                "queue-mode",
                                "lazy",
                                "queue-version",
                                2,
                                "queue-leader-locator",
                                "balanced",
                                "consumer-disconnected-timeout",
                                1,
                                "max-length",
                                1));

        peer.enqueue(channel, queue, "m1", "m2");
        QueueState.awaitReady(channel, queue, 1);
        peer.observe(peer.drain(channel, queue));

        peer.expect("[m2]");
    }

    @Case("delayed-retry and consumer-timeout change nothing on a classic queue")
    void keysOfQuorumQueues(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies()
                .set("p", Map.of("consumer-timeout", 200, "delayed-retry-type", "all", "delayed-retry-min", HOUR_MS));
        String queue = peer.queue(channel, "q");
        channel.queueDeclare(peer.name("quorum"), true, false, false, Map.of("x-queue-type", "quorum"));

        peer.enqueue(channel, queue, "m");
        channel.basicNack(channel.basicGet(queue, false).getEnvelope().getDeliveryTag(), false, true);
        peer.observe(QueueState.awaitReady(channel, queue, 1));
        Channel slow = peer.channel();
        Channel slower = peer.channel();
        Inbox inbox = Inbox.of(slow, queue);
        inbox.next();
        peer.enqueue(channel, peer.name("quorum"), "m");
        // That this is cancelled tells that the other one's time would have been over.
        peer.observe(Inbox.of(slower, peer.name("quorum")).take(2), inbox.isEmpty(), slow.isOpen());

        peer.expect("1", "[m, cancelled by the broker]", "true", "true");
    }
}
