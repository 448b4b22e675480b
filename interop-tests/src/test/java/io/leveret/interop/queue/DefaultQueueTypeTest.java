package io.leveret.interop.queue;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.RunsOn;
import io.leveret.interop.Setup;
import java.util.Map;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The default queue type holds for all of a virtual host, so that nobody else may use it meanwhile. */
@RunsOn(Setup.LIMITED)
@ResourceLock("limited brokers")
final class DefaultQueueTypeTest {

    @Case("a queue that asks for no type is of the virtual host's, for good")
    void durable(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.name("q");
        peer.defaultQueueType("quorum");

        channel.queueDeclare(queue, true, false, false, Map.of());
        peer.attempt(channel, () -> channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum")));
        peer.defaultQueueType("classic");
        peer.attempt(channel, () -> channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "classic")));

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost '/':"
                        + " received 'classic' but current is 'quorum' [queue.declare]");
    }

    @Case("a queue that can't be of the virtual host's type is classic")
    void exclusive(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.defaultQueueType("quorum");

        String queue = peer.queue(channel, "q");
        peer.attempt(channel, () -> channel.queueDeclare(queue, false, true, false, Map.of("x-queue-type", "classic")));

        peer.expect("queue q: 0 messages, 0 consumers");
    }

    @Case("a queue that says its type is of that one")
    void asked(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.name("q");
        peer.defaultQueueType("quorum");

        Map<String, Object> classic = Map.of("x-queue-type", "classic", "x-max-priority", 3);
        peer.attempt(channel, () -> channel.queueDeclare(queue, true, false, false, classic));

        peer.expect("queue q: 0 messages, 0 consumers");
    }
}
