package io.leveret.interop.deadletter;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;

/** How long queues stay that nobody uses. */
final class QueueExpiryTest {

    @Case
    void aQueueThatNobodyUsesIsDeleted(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = declare(peer, channel, "q", Map.of("x-expires", 50));

        awaitGone(peer, channel, queue);
        peer.observe("gone");

        peer.expect("gone");
    }

    @Case
    void aQueueWithAConsumerStays(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = declare(peer, channel, "q", Map.of("x-expires", 100));

        channel.basicConsume(queue, true, "t", new Inbox());
        awaitGone(peer, channel, declare(peer, channel, "later", Map.of("x-expires", 200)));
        peer.observe(channel.queueDeclarePassive(queue));
        channel.basicCancel("t");
        awaitGone(peer, channel, queue);
        peer.observe("gone");

        peer.expect("queue q: 0 messages, 1 consumers", "gone");
    }

    @Case
    void aGetKeepsAQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = declare(peer, channel, "q", Map.of("x-expires", 400));
        String unused = declare(peer, channel, "unused", Map.of("x-expires", 800));

        awaitGone(peer, channel, unused, () -> channel.basicGet(queue, true));
        peer.observe(channel.queueDeclarePassive(queue));

        peer.expect("queue q: 0 messages, 0 consumers");
    }

    @Case
    void aRedeclarationKeepsAQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Map<String, Object> arguments = Map.of("x-expires", 400);
        String queue = declare(peer, channel, "q", arguments);
        String unused = declare(peer, channel, "unused", Map.of("x-expires", 800));

        awaitGone(peer, channel, unused, () -> declare(peer, channel, "q", arguments));
        peer.observe(channel.queueDeclarePassive(queue));

        peer.expect("queue q: 0 messages, 0 consumers");
    }

    @Case
    void whatItHeldIsNotDeadLettered(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = declare(peer, channel, "q", Deaths.to(dead, "x-expires", 100));

        peer.enqueue(channel, queue, "m1");
        awaitGone(peer, channel, queue);
        peer.observe(channel.basicGet(dead, true));

        peer.expect("null");
    }

    private static String declare(Peer peer, Channel channel, String name, Map<String, Object> arguments)
            throws IOException {
        return channel.queueDeclare(peer.name(name), false, false, false, arguments)
                .getQueue();
    }

    private static void awaitGone(Peer peer, Channel channel, String queue) throws Exception {
        awaitGone(peer, channel, queue, () -> null);
    }

    private static void awaitGone(Peer peer, Channel channel, String queue, Callable<?> meanwhile) throws Exception {
        QueueState.awaitExpired(peer, channel, queue, meanwhile);
    }
}
