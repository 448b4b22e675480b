package io.leveret.interop.consume;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Ours;
import io.leveret.interop.Patience;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import org.junit.jupiter.api.Timeout;

/** A consumer whose client reads nothing from its socket. What it is flooded with takes a cold JVM on a busy machine seconds. */
@Timeout(90)
final class SlowConsumerTest {

    private static final int BODY_BYTES = 16 * 1024;
    /** In all 32 MiB, more than any socket takes. */
    private static final int BODIES = 2000;

    @Case
    void harmsNoOtherQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String flooded = peer.sharedQueue(channel, "flooded");
        String other = peer.queue(channel, "other");
        stoppedConsumer(peer, flooded);

        flood(channel, flooded);
        Inbox inbox = Inbox.of(channel, other);
        peer.publish(channel, "", other, "m1", "m2");
        peer.observe(inbox.take(2));

        peer.expect("[m1, m2]");
    }

    @Case
    @Ours
    void leavesWhatItCannotTakeToOthers(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");
        stoppedConsumer(peer, queue);

        flood(channel, queue);
        Inbox inbox = Inbox.withoutAcks(peer.connect().createChannel(), queue);
        QueueState.awaitReady(channel, queue, 0);
        peer.observe(inbox.next() != null, inbox.size() > BODIES / 4);

        peer.expect("true", "true");
    }

    @Case
    @Ours
    void losesNothingThatItHadNoRoomFor(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");
        RawClient stopped = stoppedConsumer(peer, queue);

        flood(channel, queue);
        stopped.close();
        QueueState.awaitUnused(channel, queue);
        peer.observe(channel.messageCount(queue) > BODIES / 4);

        peer.expect("true");
    }

    /** Consumes without acknowledgements, and never reads. */
    private static RawClient stoppedConsumer(Peer peer, String queue) throws IOException {
        RawClient raw = peer.raw().open(1);
        raw.method(
                1,
                Octets.method(60, 20)
                        .u16(0)
                        .shortString(queue)
                        .shortString("")
                        .u8(0b0010)
                        .emptyTable());
        // The answer is read, so that the consumer is there before anything is published.
        raw.next();
        return raw;
    }

    private static void flood(Channel channel, String queue) throws Exception {
        channel.confirmSelect();
        for (int i = 0; i < BODIES; i++) {
            channel.basicPublish("", queue, null, new byte[BODY_BYTES]);
        }
        channel.waitForConfirmsOrDie(Patience.MS);
    }
}
