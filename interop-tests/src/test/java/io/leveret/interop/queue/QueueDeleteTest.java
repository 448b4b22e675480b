package io.leveret.interop.queue;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Outcome;
import io.leveret.interop.Peer;
import java.util.Map;

final class QueueDeleteTest {

    @Case("queue.delete answers with the number of ready messages")
    void countsMessages(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "a", "b", "c");
        channel.basicGet(queue, false);

        peer.attempt(channel, () -> channel.queueDelete(queue));
        peer.attempt(channel, () -> channel.queueDeclarePassive(queue));

        peer.expect(
                "deleted with 2 messages", "channel closed: 404 NOT_FOUND - no queue 'q' in vhost '/' [queue.declare]");
    }

    @Case("queue.delete of a missing queue succeeds with 0 messages")
    void missing(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueDelete(peer.name("q")));

        peer.expect("deleted with 0 messages");
    }

    @Case("queue.delete of an empty name is the queue last declared")
    void emptyName(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.attempt(channel, () -> channel.queueDelete(""));
        peer.attempt(channel, () -> channel.queueDeclarePassive(queue));

        peer.expect(
                "deleted with 0 messages", "channel closed: 404 NOT_FOUND - no queue 'q' in vhost '/' [queue.declare]");
    }

    @Case("queue.delete of an empty name without a declared queue is 404")
    void emptyNameWithoutQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueDelete(""));

        peer.expect("channel closed: 404 NOT_FOUND - no previously declared queue [queue.delete]");
    }

    @Case("queue.delete if-unused of a queue with a consumer is 406")
    void ifUnused(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Inbox.of(channel, queue, "t", Map.of());

        Channel another = peer.channel();
        peer.attempt(another, () -> another.queueDelete(queue, true, false));
        channel.basicCancel("t");
        peer.attempt(channel, () -> channel.queueDelete(queue, true, false));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - queue 'q' in vhost '/' in use [queue.delete]",
                "deleted with 0 messages");
    }

    @Case("queue.delete if-empty of a queue with messages is 406")
    void ifEmpty(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "body");

        Channel another = peer.channel();
        peer.attempt(another, () -> another.queueDelete(queue, false, true));
        channel.queuePurge(queue);
        peer.attempt(channel, () -> channel.queueDelete(queue, false, true));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - queue 'q' in vhost '/' not empty [queue.delete]",
                "deleted with 0 messages");
    }

    @Case("queue.delete if-empty counts ready messages only")
    void ifEmptyWithUnacked(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "body");
        channel.basicGet(queue, false);

        peer.attempt(channel, () -> channel.queueDelete(queue, false, true));

        peer.expect("deleted with 0 messages");
    }

    @Case("queue.delete if-unused and if-empty complains of the messages first")
    void both(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        channel.basicQos(1);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "a", "b");
        inbox.next();

        peer.attempt(channel, () -> channel.queueDelete(queue, true, true));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - queue 'q' in vhost '/' not empty [queue.delete]");
    }

    @Case("queue.delete if-unused of a quorum queue is 540")
    void ifUnusedOfAQuorumQueue(Peer peer) throws Exception {
        deleteQuorumQueue(peer, true, true);

        peer.expect("connection closed: 540 NOT_IMPLEMENTED - cannot delete queue 'q' in vhost '/'."
                + " queue.delete operations with if-unused flag set are not supported by quorum queues [queue.delete]");
    }

    @Case("queue.delete if-empty of a quorum queue is 540")
    void ifEmptyOfAQuorumQueue(Peer peer) throws Exception {
        deleteQuorumQueue(peer, false, true);

        peer.expect("connection closed: 540 NOT_IMPLEMENTED - cannot delete queue 'q' in vhost '/'."
                + " queue.delete operations with if-empty flag set are not supported by quorum queues [queue.delete]");
    }

    private static void deleteQuorumQueue(Peer peer, boolean ifUnused, boolean ifEmpty) throws Exception {
        Channel channel = peer.channel();
        String queue = channel.queueDeclare(peer.name("q"), true, false, false, Map.of("x-queue-type", "quorum"))
                .getQueue();
        peer.attempt(channel, () -> channel.queueDelete(queue, ifUnused, ifEmpty));
    }

    @Case("queue.delete removes the queue's bindings")
    void removesBindings(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        String exchange = peer.name("x");
        channel.exchangeDeclare(exchange, "direct");
        channel.queueBind(queue, exchange, "k");

        channel.queueDelete(queue);
        peer.queue(channel, "q");
        peer.publish(channel, exchange, "k", "lost");
        peer.observe(channel.basicGet(queue, true));
        peer.attempt(channel, () -> channel.exchangeDelete(exchange, true));

        peer.expect("null", "exchange.delete-ok");
    }

    @Case("a queue that deletes itself takes its bindings along")
    void autoDeleteRemovesBindings(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.name("q");
        channel.queueDeclare(queue, true, false, true, Map.of());
        String exchange = peer.exchange(channel, "x", "fanout");
        channel.queueBind(queue, exchange, "");
        Inbox.of(channel, queue, "t", Map.of());

        channel.basicCancel("t");
        // The exchange deletes itself with its last binding.
        peer.eventually(() -> {
            Channel probe = peer.channel();
            return Outcome.of(probe, () -> probe.exchangeDeclarePassive(exchange))
                    .contains("404");
        });
        peer.observe("gone");

        peer.expect("gone");
    }

    @Case("queue.delete with nowait is done before the next method")
    void deletesWithoutWaiting(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.queueDeleteNoWait(queue, false, false);
        peer.attempt(channel, () -> channel.queueDeclarePassive(queue));

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'q' in vhost '/' [queue.declare]");
    }

    @Case("acknowledging a message of a deleted queue succeeds")
    void ackAfterDelete(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "body");
        channel.basicGet(queue, false);

        channel.queueDelete(queue);
        peer.attempt(channel, () -> {
            channel.basicAck(1, false);
            return null;
        });

        peer.expect("ok");
    }
}
