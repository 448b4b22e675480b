package io.leveret.interop.crash;

import io.leveret.interop.crash.ConfirmedChannel.Route;
import io.leveret.interop.crash.Event.AckForced;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Learns that acks are forced: what the same connection publishes after them is confirmed only when they are, too. It
 * belongs to the thread that sends the acks.
 */
final class Marker {

    private static final int ACKS_PER_MARK = 40;

    private final ConfirmedChannel channel;
    private final Recording recording;
    private List<Entry> acked = new ArrayList<>();

    Marker(ConfirmedChannel channel, Recording recording) {
        this.channel = channel;
        this.recording = recording;
    }

    void acked(Entry entry) throws IOException {
        acked.add(entry);
        if (acked.size() >= ACKS_PER_MARK) {
            mark();
        }
    }

    void mark() throws IOException {
        List<Entry> before = acked;
        acked = new ArrayList<>();
        channel.publish(
                Route.toQueue(Layout.MARKS),
                true,
                Body.MIN_BYTES,
                () -> before.forEach(entry -> recording.add(new AckForced(entry))),
                () -> {});
    }

    /** Marks, and waits until all marks are confirmed. */
    void markAndWait(long timeoutMs) throws IOException, InterruptedException, TimeoutException {
        mark();
        channel.channel().waitForConfirmsOrDie(timeoutMs);
    }
}
