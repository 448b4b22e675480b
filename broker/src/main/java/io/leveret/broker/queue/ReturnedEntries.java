package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Entries that were given out and came back: a heap, so that each finds its old place whatever the number. Those that the
 * store has may be without their message. Guarded by the queue's lock.
 */
final class ReturnedEntries {

    private @Nullable PriorityQueue<QueueEntry> heap;
    private long bytes;
    private long droppedBytes;

    int size() {
        return heap == null ? 0 : heap.size();
    }

    boolean isEmpty() {
        return heap == null;
    }

    long bytes() {
        return bytes;
    }

    long memoryBytes() {
        return bytes - droppedBytes + (long) size() * QueueEntry.OVERHEAD_BYTES;
    }

    void add(QueueEntry entry) {
        if (heap == null) {
            heap = new PriorityQueue<>(QueueEntry::compare);
        }
        heap.add(entry);
        bytes += entry.bytes();
    }

    /** Adds an entry that the store has, and drops its message. */
    void addWithoutMessage(QueueEntry entry) {
        add(entry);
        entry.dropMessage();
        droppedBytes += entry.bytes();
    }

    /** Gives an entry which is still here its message back. */
    void restore(QueueEntry entry, Message message) {
        if (!entry.hasMessage()) {
            entry.restore(message);
            droppedBytes -= entry.bytes();
        }
    }

    @SuppressWarnings("NullAway") // only asked if there is one
    QueueEntry first() {
        return heap.element();
    }

    @SuppressWarnings("NullAway") // only asked if there is one
    QueueEntry poll() {
        QueueEntry entry = heap.remove();
        bytes -= entry.bytes();
        if (heap.isEmpty()) {
            heap = null;
        }
        return entry;
    }

    /** Removes an entry that has no message. */
    void remove(QueueEntry entry) {
        if (heap != null && !entry.hasMessage() && heap.remove(entry)) {
            bytes -= entry.bytes();
            droppedBytes -= entry.bytes();
            if (heap.isEmpty()) {
                heap = null;
            }
        }
    }

    /** The first entries that have no message, in order, until either bound is reached. */
    List<QueueEntry> firstWithoutMessage(int maxEntries, long maxBytes) {
        List<QueueEntry> looked = new ArrayList<>();
        List<QueueEntry> without = new ArrayList<>();
        long bytesOfThem = 0;
        while (heap != null && looked.size() < maxEntries && bytesOfThem < maxBytes) {
            QueueEntry entry = poll();
            looked.add(entry);
            if (!entry.hasMessage()) {
                without.add(entry);
                bytesOfThem += entry.bytes();
            }
        }
        looked.forEach(this::add);
        return without;
    }

    /** Shows all of them, in no order. */
    void forEach(Consumer<QueueEntry> sink) {
        if (heap != null) {
            heap.forEach(sink);
        }
    }
}
