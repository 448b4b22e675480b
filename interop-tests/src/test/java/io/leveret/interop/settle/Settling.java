package io.leveret.interop.settle;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Peer;
import java.io.IOException;

/** The steps that cases of settling have in common: messages fetched with get, and settlements that may fail. */
final class Settling {

    private final Peer peer;
    private final Channel channel;

    Settling(Peer peer, Channel channel) {
        this.peer = peer;
        this.channel = channel;
    }

    /** Publishes so many messages, m1 and on, to a new queue. */
    String filled(int messages) throws IOException {
        String queue = peer.queue(channel, "q");
        for (int i = 1; i <= messages; i++) {
            peer.publish(channel, "", queue, "m" + i);
        }
        return queue;
    }

    /** Publishes m1, m2... and fetches all of them; their delivery tags are 1, 2... */
    String outstanding(int messages) throws IOException {
        String queue = filled(messages);
        hold(queue, messages);
        return queue;
    }

    /** Fetches so many and leaves them unacknowledged. */
    void hold(String queue, int messages) throws IOException {
        for (int i = 0; i < messages; i++) {
            channel.basicGet(queue, false);
        }
    }

    /** Fetches what there is, and shows it in order. */
    void observeRest(String queue) throws IOException {
        GetResponse got = channel.basicGet(queue, true);
        while (got != null) {
            peer.observe(got);
            got = channel.basicGet(queue, true);
        }
        peer.observe("no more");
    }

    void attemptAck(long tag, boolean multiple) throws Exception {
        peer.attempt(channel, () -> {
            channel.basicAck(tag, multiple);
            return null;
        });
    }

    void attemptNack(long tag, boolean multiple, boolean requeue) throws Exception {
        peer.attempt(channel, () -> {
            channel.basicNack(tag, multiple, requeue);
            return null;
        });
    }

    void attemptReject(long tag, boolean requeue) throws Exception {
        peer.attempt(channel, () -> {
            channel.basicReject(tag, requeue);
            return null;
        });
    }
}
