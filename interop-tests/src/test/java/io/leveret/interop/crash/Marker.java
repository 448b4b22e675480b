package io.leveret.interop.crash;

import io.leveret.interop.crash.ConfirmedChannel.Route;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;

/**
 * Learns that acks and rejects are forced: what the same connection publishes after them is confirmed, or committed, only when they are,
 * too. It belongs to the thread that sends them.
 */
final class Marker {

    private static final int SENT_PER_MARK = 40;

    private final ConfirmedChannel confirmed;
    private final TxChannel committed;
    private final Recording recording;
    private final Random random;
    /** What is to be told of what was sent since the last mark. */
    private List<Event> sent = new ArrayList<>();

    private Marker(ConfirmedChannel confirmed, TxChannel committed, Recording recording, Random random) {
        this.confirmed = confirmed;
        this.committed = committed;
        this.recording = recording;
        this.random = random;
    }

    /** On channels of its own. */
    static Marker on(Client client, Ledger ledger, Recording recording, Random random) throws IOException {
        ConfirmedChannel confirmed = ledger.confirmed(client.channel(), recording);
        return new Marker(confirmed, new TxChannel(client.channel(), ledger, recording), recording, random);
    }

    /** Something was sent: to be told once it is forced. */
    void sent(Event whenForced) throws IOException {
        sent.add(whenForced);
        if (sent.size() >= SENT_PER_MARK) {
            mark();
        }
    }

    /** Marks, and waits until all marks are confirmed. */
    void markAndWait(long timeoutMs) throws IOException, InterruptedException, TimeoutException {
        mark();
        confirmed.channel().waitForConfirmsOrDie(timeoutMs);
    }

    private void mark() throws IOException {
        List<Event> before = sent;
        sent = new ArrayList<>();
        if (random.nextBoolean()) {
            Route route = Route.toQueue(Layout.MARKS);
            confirmed.publish(route, true, Body.MIN_BYTES, () -> areForced(before), () -> {});
        } else {
            committed.publish(Layout.MARKS, Body.MIN_BYTES);
            committed.commit();
            areForced(before);
        }
    }

    private void areForced(List<Event> events) {
        events.forEach(recording::add);
    }
}
