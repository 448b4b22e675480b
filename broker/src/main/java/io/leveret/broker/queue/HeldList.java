package io.leveret.broker.queue;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Entries that a queue has given out, oldest first, linked through the entries themselves, which costs no allocation. Guarded
 * by the queue's lock.
 */
final class HeldList {

    private @Nullable QueueEntry first;
    private @Nullable QueueEntry last;
    private int size;
    private long bytes;

    int size() {
        return size;
    }

    /** What the messages take, or took. */
    long bytes() {
        return bytes;
    }

    void add(QueueEntry entry) {
        QueueEntry previous = last;
        entry.previousHeld = previous;
        if (previous == null) {
            first = entry;
        } else {
            previous.nextHeld = entry;
        }
        last = entry;
        size++;
        bytes += entry.bytes();
    }

    /** Takes an entry out, which is in this list. */
    void remove(QueueEntry entry) {
        QueueEntry previous = entry.previousHeld;
        QueueEntry next = entry.nextHeld;
        if (previous == null) {
            first = next;
        } else {
            previous.nextHeld = next;
        }
        if (next == null) {
            last = previous;
        } else {
            next.previousHeld = previous;
        }
        entry.previousHeld = null;
        entry.nextHeld = null;
        size--;
        bytes -= entry.bytes();
    }

    /** Takes the oldest out; null if there is none. */
    @Nullable
    QueueEntry poll() {
        QueueEntry entry = first;
        if (entry != null) {
            remove(entry);
        }
        return entry;
    }

    void forEach(Consumer<QueueEntry> sink) {
        for (QueueEntry entry = first; entry != null; entry = entry.nextHeld) {
            sink.accept(entry);
        }
    }
}
