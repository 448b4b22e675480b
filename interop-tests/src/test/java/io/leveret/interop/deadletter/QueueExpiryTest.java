package io.leveret.interop.deadletter;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.io.IOException;
import java.util.Map;

/** How long queues stay that nobody uses. */
final class QueueExpiryTest {

    @Case
    void aQueueThatNobodyUsesIsDeleted(Peer peer) throws Exception {
        Connection connection = peer.connect();
        String queue = declare(peer, connection.createChannel(), 50);

        Thread.sleep(150);
        QueueState.awaitGone(connection, queue);
        peer.observe("gone");

        peer.expect("gone");
    }

    @Case
    void aQueueWithAConsumerStays(Peer peer) throws Exception {
        Connection connection = peer.connect();
        Channel channel = connection.createChannel();
        String queue = declare(peer, channel, 100);

        channel.basicConsume(queue, true, "t", new Inbox());
        Thread.sleep(300);
        peer.observe(channel.queueDeclarePassive(queue));
        channel.basicCancel("t");
        Thread.sleep(300);
        QueueState.awaitGone(connection, queue);
        peer.observe("gone");

        peer.expect("queue q: 0 messages, 1 consumers", "gone");
    }

    @Case
    void aGetKeepsAQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = declare(peer, channel, 400);

        for (int i = 0; i < 4; i++) {
            Thread.sleep(150);
            channel.basicGet(queue, true);
        }
        peer.observe(channel.queueDeclarePassive(queue));

        peer.expect("queue q: 0 messages, 0 consumers");
    }

    @Case
    void aRedeclarationKeepsAQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = declare(peer, channel, 400);

        for (int i = 0; i < 4; i++) {
            Thread.sleep(150);
            declare(peer, channel, 400);
        }
        peer.observe(channel.queueDeclarePassive(queue));

        peer.expect("queue q: 0 messages, 0 consumers");
    }

    @Case
    void whatItHeldIsNotDeadLettered(Peer peer) throws Exception {
        Connection connection = peer.connect();
        Channel channel = connection.createChannel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.name("q");
        channel.queueDeclare(queue, false, false, false, Deaths.to(dead, "x-expires", 100));

        peer.enqueue(channel, queue, "m1");
        Thread.sleep(250);
        QueueState.awaitGone(connection, queue);
        peer.observe(channel.basicGet(dead, true));

        peer.expect("null");
    }

    private static String declare(Peer peer, Channel channel, int expiresMs) throws IOException {
        String queue = peer.name("q");
        channel.queueDeclare(queue, false, false, false, Map.of("x-expires", expiresMs));
        return queue;
    }
}
