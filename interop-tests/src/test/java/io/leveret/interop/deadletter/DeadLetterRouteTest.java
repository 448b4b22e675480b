package io.leveret.interop.deadletter;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Confirms;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.Map;

/** Which exchanges and queues take dead letters, and what becomes of those that are not taken. */
final class DeadLetterRouteTest {

    private static String alternateOf(Peer peer, Channel channel, String dead) throws Exception {
        String alternate = peer.exchange(channel, "alternate", "fanout");
        channel.queueBind(dead, alternate, "");
        channel.exchangeDeclare(peer.name("dlx"), "direct", false, true, Map.of("alternate-exchange", alternate));
        return peer.name("dlx");
    }

    private static void observeRejected(Peer peer, Channel channel, String queue, String dead) throws Exception {
        peer.enqueue(channel, queue, "m1");
        Deaths.reject(channel, queue);
        GetResponse got = Deaths.await(peer, channel, dead);
        peer.observe(got, got.getEnvelope().getExchange(), got.getEnvelope().getRoutingKey());
    }

    @Case("what has no route in a dead-letter exchange goes to its alternate exchange")
    void alternateExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String dlx = alternateOf(peer, channel, dead);

        observeRejected(peer, channel, peer.queue(channel, "q", Map.of("x-dead-letter-exchange", dlx)), dead);

        peer.expect("m1 redelivered", "dlx", "q");
    }

    @Case(
            "what has no route in a quorum queue's dead-letter exchange goes to its alternate exchange, at least once too")
    void alternateExchangeOfAQuorumQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String dlx = alternateOf(peer, channel, dead);

        observeRejected(peer, channel, peer.quorumQueue(channel, "q", Map.of("x-dead-letter-exchange", dlx)), dead);
        Map<String, Object> keeping = Map.of(
                "x-dead-letter-exchange",
                dlx,
                "x-dead-letter-strategy",
                "at-least-once",
                "x-overflow",
                "reject-publish");
        observeRejected(peer, channel, peer.quorumQueue(channel, "r", keeping), dead);

        peer.expect("m1 redelivered", "dlx", "q", "m1 redelivered", "dlx", "r");
    }

    @Case("an internal dead-letter exchange takes them")
    void internalExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        channel.exchangeDeclare(peer.name("dlx"), "fanout", false, true, true, Map.of());
        channel.queueBind(dead, peer.name("dlx"), "");
        Map<String, Object> arguments = Map.of("x-dead-letter-exchange", peer.name("dlx"));

        observeRejected(peer, channel, peer.queue(channel, "q", arguments), dead);
        observeRejected(peer, channel, peer.quorumQueue(channel, "r", arguments), dead);

        peer.expect("m1 redelivered", "dlx", "q", "m1 redelivered", "dlx", "r");
    }

    @Case("a full queue with reject-publish does not take them, and they are dropped")
    void refusingTarget(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead", Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
        String classic = peer.queue(channel, "q", Deaths.to(dead));
        String quorum = peer.quorumQueue(channel, "r", Deaths.to(dead));

        for (String queue : new String[] {classic, quorum, classic}) {
            peer.enqueue(channel, queue, "from " + queue);
            Deaths.reject(channel, queue);
            Deaths.awaitThoseBefore(peer, channel);
        }
        peer.observe(channel.queueDeclarePassive(classic), channel.queueDeclarePassive(quorum));
        peer.observe(peer.drain(channel, dead));

        peer.expect("queue q: 0 messages, 0 consumers", "queue r: 0 messages, 0 consumers", "[from q]");
    }

    @Case("a full queue with reject-publish-dlx dead-letters them in its turn")
    void targetWithDeadLetters(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String last = peer.queue(channel, "last");
        String dead =
                peer.queue(channel, "dead", Deaths.to(last, "x-max-length", 0, "x-overflow", "reject-publish-dlx"));
        String queue = peer.queue(channel, "q", Deaths.to(dead));

        peer.enqueue(channel, queue, "m1");
        Deaths.reject(channel, queue);
        peer.observe(Deaths.headers(Deaths.await(peer, channel, last)).get("x-death"));

        peer.expect("[{count=1, exchange=, queue=dead, reason=maxlen, routing-keys=[dead]},"
                + " {count=1, exchange=, queue=q, reason=rejected, routing-keys=[q]}]");
    }

    @Case("at-least-once keeps what its target refuses")
    void keptForARefusingTarget(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead", Map.of("x-max-length", 0, "x-overflow", "reject-publish"));
        Map<String, Object> arguments = Deaths.to(
                dead, "x-dead-letter-strategy", "at-least-once", "x-overflow", "reject-publish", "x-max-length", 1);
        String queue = peer.quorumQueue(channel, "q", arguments);

        channel.confirmSelect();
        Confirms confirms = Confirms.of(channel);
        peer.publish(channel, "", queue, "m1");
        confirms.await(1);
        Deaths.reject(channel, queue);
        // RabbitMQ takes one more than the limit says.
        for (int i = 2; i <= 3; i++) {
            peer.publish(channel, "", queue, "m" + i);
            confirms.await(i);
        }
        peer.observe(!confirms.await(3).startsWith("3 acked"), channel.messageCount(dead));

        peer.expect("true", "0");
    }

    @Case("a quorum queue takes them, and what dies there tells both deaths")
    void quorumTarget(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String last = peer.queue(channel, "last");
        String dead = peer.quorumQueue(channel, "dead", Deaths.to(last));
        String queue = peer.queue(channel, "q", Deaths.to(dead, "x-message-ttl", 20));

        peer.enqueue(channel, queue, "m1");
        QueueState.awaitReady(channel, dead, 1);
        GetResponse first = channel.basicGet(dead, false);
        peer.observe(first, Deaths.headers(first));
        channel.basicReject(first.getEnvelope().getDeliveryTag(), false);
        GetResponse got = Deaths.await(peer, channel, last);
        peer.observe(got, Deaths.headers(got));

        peer.expect(
                "m1",
                "{x-death=[{count=1, exchange=, queue=q, reason=expired, routing-keys=[q]}], x-first-death-exchange=,"
                        + " x-first-death-queue=q, x-first-death-reason=expired, x-last-death-exchange=,"
                        + " x-last-death-queue=q, x-last-death-reason=expired}",
                "m1 redelivered",
                "{x-death=[{count=1, exchange=, queue=dead, reason=rejected, routing-keys=[dead]},"
                        + " {count=1, exchange=, queue=q, reason=expired, routing-keys=[q]}], x-first-death-exchange=,"
                        + " x-first-death-queue=q, x-first-death-reason=expired, x-last-death-exchange=,"
                        + " x-last-death-queue=dead, x-last-death-reason=rejected}");
    }

    @Case("what goes round through three queues and is rejected in one of them goes on")
    void roundWithARejection(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String first = peer.name("first");
        String third = peer.queue(channel, "third", Deaths.to(first));
        String second = peer.queue(channel, "second", Deaths.to(third, "x-message-ttl", 20));
        peer.queue(channel, "first", Deaths.to(second, "x-message-ttl", 20));

        peer.enqueue(channel, first, "m1");
        for (int i = 0; i < 2; i++) {
            QueueState.awaitReady(channel, third, 1);
            Deaths.reject(channel, third);
        }
        peer.observe(Deaths.headers(Deaths.await(peer, channel, third)).get("x-death"));

        peer.expect("[{count=3, exchange=, queue=second, reason=expired, routing-keys=[second]},"
                + " {count=3, exchange=, queue=first, reason=expired, routing-keys=[first]},"
                + " {count=2, exchange=, queue=third, reason=rejected, routing-keys=[third]}]");
    }

    @Case("what expires after it died of the delivery limit tells of the expiry first")
    void expiredAfterTheDeliveryLimit(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String last = peer.queue(channel, "last");
        String dead = peer.queue(channel, "dead", Deaths.to(last, "x-message-ttl", 20));
        String queue = peer.quorumQueue(channel, "q", Deaths.to(dead, "x-delivery-limit", 0));

        peer.enqueue(channel, queue, "m1");
        channel.basicReject(channel.basicGet(queue, false).getEnvelope().getDeliveryTag(), true);
        GetResponse got = Deaths.await(peer, channel, last);
        peer.observe(got, Deaths.headers(got));

        peer.expect(
                "m1 redelivered",
                "{x-death=[{count=1, exchange=, queue=dead, reason=expired, routing-keys=[dead]},"
                        + " {count=1, exchange=, queue=q, reason=delivery_limit, routing-keys=[q]}],"
                        + " x-first-death-exchange=, x-first-death-queue=q, x-first-death-reason=delivery_limit,"
                        + " x-last-death-exchange=, x-last-death-queue=dead, x-last-death-reason=expired}");
    }
}
