package io.leveret.interop.queue;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import java.util.Map;

final class QuorumAndStreamDeclareTest {

    private static final Map<String, Object> QUORUM = Map.of("x-queue-type", "quorum");
    private static final Map<String, Object> STREAM = Map.of("x-queue-type", "stream");

    @Case("a quorum queue must be durable, 406")
    void durable(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueDeclare(peer.name("q"), false, false, false, QUORUM));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - invalid property 'non-durable' for queue 'q' in vhost '/'"
                        + " [queue.declare]");
    }

    @Case("a quorum queue can't be exclusive, 406")
    void notExclusive(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueDeclare(peer.name("q"), true, true, false, QUORUM));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - invalid property 'exclusive-owner' for queue 'q' in vhost"
                        + " '/' [queue.declare]");
    }

    @Case("a quorum queue can't be auto-delete, 406")
    void notAutoDelete(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueDeclare(peer.name("q"), true, false, true, QUORUM));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - invalid property 'auto-delete' for queue 'q' in vhost '/'"
                        + " [queue.declare]");
    }

    @Case("a quorum queue can't be named by the server, 406")
    void notServerNamed(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueDeclare("", true, false, false, QUORUM));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - Cannot declare a server-named queue for type"
                + " rabbit_quorum_queue [queue.declare]");
    }

    @Case("a quorum queue can't have x-max-priority, 406")
    void noPriorities(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Map<String, Object> arguments = Map.of("x-queue-type", "quorum", "x-max-priority", 5);

        peer.attempt(channel, () -> channel.queueDeclare(peer.name("q"), true, false, false, arguments));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 'q' in vhost '/'"
                + " of queue type rabbit_quorum_queue [queue.declare]");
    }

    @Case("x-queue-type stream declares a stream")
    @Differs(
            because = "Leveret has no streams yet",
            leveret = "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-queue-type' for queue 'q' in vhost '/':"
                    + " \"unsupported queue type 'stream'\" [queue.declare]")
    void stream(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueDeclare(peer.name("q"), true, false, false, STREAM));

        peer.expect("queue q: 0 messages, 0 consumers");
    }
}
