package io.leveret.broker.queue;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a queue has given out and not got back: those that a client has to acknowledge, and those that the store has until it
 * learns that they are settled. The latter are linked through the entries themselves, which costs no allocation. Guarded by
 * the queue's lock.
 */
final class HeldEntries {

    private @Nullable QueueEntry first;
    private int unacked;
    private int size;
    private long bytes;

    /** How many are to be acknowledged. */
    int unacked() {
        return unacked;
    }

    long bytes() {
        return bytes;
    }

    long memoryBytes() {
        return bytes + (long) size * QueueEntry.OVERHEAD_BYTES;
    }

    void add(QueueEntry entry, boolean noAck) {
        if (noAck && !entry.stored()) {
            return;
        }
        if (!noAck) {
            entry.unacked(true);
            unacked++;
        }
        if (entry.stored()) {
            link(entry);
        }
        size++;
        bytes += entry.bytes();
    }

    /** Removes an entry, if it is here. */
    void remove(QueueEntry entry) {
        if (!entry.unacked() && !entry.stored()) {
            return;
        }
        if (entry.unacked()) {
            entry.unacked(false);
            unacked--;
        }
        if (entry.stored()) {
            unlink(entry);
        }
        size--;
        bytes -= entry.bytes();
    }

    /** The positions, up to {@code through}, of what the store has; growing. */
    long[] storedThrough(long through) {
        long[] positions = new long[size];
        int count = 0;
        for (QueueEntry entry = first; entry != null; entry = entry.nextHeld) {
            if (entry.position() <= through) {
                positions[count++] = entry.position();
            }
        }
        long[] found = Arrays.copyOf(positions, count);
        Arrays.sort(found);
        return found;
    }

    private void link(QueueEntry entry) {
        QueueEntry next = first;
        entry.nextHeld = next;
        if (next != null) {
            next.previousHeld = entry;
        }
        first = entry;
    }

    private void unlink(QueueEntry entry) {
        QueueEntry previous = entry.previousHeld;
        QueueEntry next = entry.nextHeld;
        if (previous == null) {
            first = next;
        } else {
            previous.nextHeld = next;
        }
        if (next != null) {
            next.previousHeld = previous;
        }
        entry.previousHeld = null;
        entry.nextHeld = null;
    }
}
