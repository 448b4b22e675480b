package io.leveret.broker.channel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.vhost.Tracing;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries that queues have handed to one connection and that its event loop has not written yet. Any thread offers,
 * under its queue's lock, and never waits longer than another offer takes; only the loop drains.
 */
public final class Outbox {

    /** Beyond this the queues keep their messages: enough to fill the socket's buffers many times over. */
    private static final long ROOM_BYTES = 256 * 1024;

    private static final int KEPT = 1024;

    /** What a delivery takes besides its message; only an estimate, to bound what small messages take. */
    private static final int OVERHEAD_BYTES = 100;

    private final Runnable wakeLoop;

    @GuardedBy("this")
    private QueueEntry[] entries = new QueueEntry[2];

    @GuardedBy("this")
    private int count;

    @GuardedBy("this")
    private long bytes;

    @GuardedBy("this")
    private boolean writable = true;

    /** Volatile so that queues can ask without the lock. */
    private volatile boolean room = true;

    private final WaitingConsumers waiting = new WaitingConsumers();

    /** The loop's own array, swapped with the other one at each drain. */
    private QueueEntry[] draining = new QueueEntry[2];

    /** The loop's own. */
    private boolean roomRegained;

    /** The loop's own; null until the connection is in a virtual host. */
    private @Nullable Tracing tracing;

    /** @param wakeLoop sees to it that the loop drains soon; called from any thread */
    public Outbox(Runnable wakeLoop) {
        this.wakeLoop = wakeLoop;
    }

    /** Says where it is switched that deliveries are shown to who watches. */
    public void watchedBy(Tracing watching) {
        tracing = watching;
    }

    boolean hasRoom() {
        return room;
    }

    /** Who was refused for want of room. */
    WaitingConsumers waiting() {
        return waiting;
    }

    synchronized void offer(QueueEntry entry) {
        if (count == entries.length) {
            entries = Arrays.copyOf(entries, count * 2);
        }
        entries[count++] = entry;
        bytes += OVERHEAD_BYTES + entry.bytes();
        if (bytes >= ROOM_BYTES) {
            room = false;
        }
    }

    void wake() {
        wakeLoop.run();
    }

    /** Transmits all that was offered so far. */
    public void drain() {
        int taken;
        QueueEntry[] batch;
        synchronized (this) {
            taken = count;
            batch = entries;
            entries = draining;
            count = 0;
            bytes = 0;
            roomRegained |= !room && writable;
            room = writable;
        }
        int transmitted = 0;
        try {
            if (tracing != null && tracing.isOn()) {
                trace(batch, taken);
            }
            for (; transmitted < taken; transmitted++) {
                QueueEntry entry = batch[transmitted];
                entry.holder().transmit(entry);
                batch[transmitted] = null;
            }
        } finally {
            if (transmitted < taken) {
                putBack(batch, transmitted, taken);
            }
        }
        draining = batch.length > KEPT ? new QueueEntry[2] : batch;
        if (roomRegained) {
            wakeLoop.run();
        }
    }

    private static void trace(QueueEntry[] batch, int count) {
        for (int i = 0; i < count; i++) {
            batch[i].holder().trace(batch[i]);
        }
    }

    /** After a failure, so that what did not go out can still return to its queue when the connection is closed. */
    private synchronized void putBack(QueueEntry[] batch, int from, int to) {
        int left = to - from;
        QueueEntry[] all = new QueueEntry[Math.max(2, left + count)];
        System.arraycopy(batch, from, all, 0, left);
        System.arraycopy(entries, 0, all, left, count);
        entries = all;
        count += left;
        draining = new QueueEntry[2];
    }

    /** Lets the consumers go on that waited for room, if there is some again. */
    public void resume() {
        if (takeRoomRegained()) {
            waiting.resume();
        }
    }

    /** Whether there is room again after there was none; asked once. */
    boolean takeRoomRegained() {
        boolean regained = roomRegained;
        roomRegained = false;
        return regained;
    }

    /** Notes whether the socket takes more. */
    public synchronized void writable(boolean now) {
        writable = now;
        boolean had = room;
        room = now && bytes < ROOM_BYTES;
        roomRegained |= room && !had;
    }
}
