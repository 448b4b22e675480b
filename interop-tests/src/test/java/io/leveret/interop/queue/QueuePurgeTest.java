package io.leveret.interop.queue;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;

final class QueuePurgeTest {

    @Case("queue.purge removes the ready messages and answers with their number")
    void purges(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "a", "b", "c");

        peer.attempt(channel, () -> channel.queuePurge(queue));
        peer.observe(channel.basicGet(queue, true));
        peer.attempt(channel, () -> channel.queuePurge(queue));

        peer.expect("purged 3 messages", "null", "purged 0 messages");
    }

    @Case("queue.purge leaves unacknowledged messages, which may be requeued later")
    void leavesUnacked(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "a", "b");
        channel.basicGet(queue, false);

        peer.attempt(channel, () -> channel.queuePurge(queue));
        channel.basicReject(1, true);
        peer.observe(channel.basicGet(queue, true));

        peer.expect("purged 1 messages", "a redelivered");
    }

    @Case("queue.purge of a missing queue is 404")
    void missing(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queuePurge(peer.name("q")));

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'q' in vhost '/' [queue.purge]");
    }

    @Case("queue.purge of an empty name is the queue last declared")
    void emptyName(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "a");

        peer.attempt(channel, () -> channel.queuePurge(""));

        peer.expect("purged 1 messages");
    }

    @Case("queue.purge of an empty name without a declared queue is 404")
    void emptyNameWithoutQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queuePurge(""));

        peer.expect("channel closed: 404 NOT_FOUND - no previously declared queue [queue.purge]");
    }
}
