package io.leveret.interop.deadletter;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;

/** A queue in which nothing may wait: a message is for a consumer that is there, or for nobody. */
final class NowOrNever {

    private NowOrNever() {}

    /** Observes what a consumer gets that comes after a first message, {@code nobody}, and before a second, {@code somebody}. */
    static void observe(Peer peer, Channel channel, String queue) throws Exception {
        peer.enqueue(channel, queue, "nobody");
        QueueState.awaitReady(channel, queue, 0);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "somebody");
        peer.observe(inbox.next());
    }
}
