package io.leveret.interop.deadletter;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Outcome;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Timeout;

/** How long quorum queues stay that nobody uses. RabbitMQ looks for them every five seconds. */
@Timeout(90)
final class QuorumExpiryTest {

    private static final int LONG_MS = 3_600_000;

    @Case("a quorum queue that nobody uses is deleted, and what it held is not dead-lettered")
    void unused(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.quorumQueue(channel, "q", Deaths.to(dead, "x-expires", 100));
        peer.enqueue(channel, queue, "m1");

        awaitGone(peer, channel, queue, () -> null);
        peer.observe(channel.basicGet(dead, true));

        peer.expect("null");
    }

    @Case("declaring it again does not keep a quorum queue")
    void redeclared(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Map<String, Object> arguments = Map.of("x-queue-type", "quorum", "x-expires", 1_000);
        String queue = peer.quorumQueue(channel, "q", arguments);
        peer.enqueue(channel, queue, "m1");

        // Without its message it is another one.
        peer.eventually(
                () -> channel.queueDeclare(queue, true, false, false, arguments).getMessageCount() == 0);
        peer.observe("another one");

        peer.expect("another one");
    }

    @Case("a passive declaration does not keep a quorum queue")
    void askedFor(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.quorumQueue(channel, "q", Map.of("x-expires", 1_000));

        peer.eventually(() ->
                !Outcome.of(channel, () -> channel.queueDeclarePassive(queue)).startsWith("queue "));
        peer.observe(channel.isOpen());

        peer.expect("false");
    }

    @Case("a get or a consumer keeps a quorum queue")
    void used(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String got = peer.quorumQueue(channel, "got", Map.of("x-expires", 3_000));
        String consumed = peer.quorumQueue(channel, "consumed", Map.of("x-expires", 3_000));
        String unused = peer.quorumQueue(channel, "unused", Map.of("x-expires", 4_000));
        Inbox.of(channel, consumed);

        awaitGone(peer, channel, unused, () -> channel.basicGet(got, true));
        peer.observe(channel.queueDeclarePassive(got), channel.queueDeclarePassive(consumed));

        peer.expect("queue got: 0 messages, 0 consumers", "queue consumed: 0 messages, 1 consumers");
    }

    @Case("expires of a policy holds for a quorum queue, and the smaller of argument and policy")
    void ofAPolicy(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().setFor("(p|q)", "short", Map.of("expires", 100));
        peer.policies().setFor("r", "long", Map.of("expires", LONG_MS));
        String byPolicy = peer.quorumQueue(channel, "p", Map.of());
        String smallerPolicy = peer.quorumQueue(channel, "q", Map.of("x-expires", LONG_MS));
        String smallerArgument = peer.quorumQueue(channel, "r", Map.of("x-expires", 100));

        awaitGone(peer, channel, byPolicy, () -> null);
        awaitGone(peer, channel, smallerPolicy, () -> null);
        awaitGone(peer, channel, smallerArgument, () -> null);
        peer.observe("gone");

        peer.expect("gone");
    }

    @Case("the smaller expires of user and operator holds for a quorum queue")
    void ofAnOperator(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().setFor("q", "short", Map.of("expires", 100));
        peer.policies().setFor("r", "long", Map.of("expires", LONG_MS));
        peer.policies().setForOperator("q", "long", Map.of("expires", LONG_MS));
        peer.policies().setForOperator("r", "short", Map.of("expires", 100));
        String smallerOfUser = peer.quorumQueue(channel, "q", Map.of());
        String smallerOfOperator = peer.quorumQueue(channel, "r", Map.of());

        awaitGone(peer, channel, smallerOfUser, () -> null);
        awaitGone(peer, channel, smallerOfOperator, () -> null);
        peer.observe("gone");

        peer.expect("gone");
    }

    private static void awaitGone(Peer peer, Channel channel, String queue, Callable<?> meanwhile) throws Exception {
        QueueState.awaitExpired(peer, channel, queue, meanwhile);
    }
}
