package io.leveret.broker.queue;

import java.util.ArrayList;
import java.util.List;
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
    private List<Cursor> cursors = List.of();

    /** Goes from the first entry to the last, while others come behind it and any may leave. */
    final class Cursor {

        /** The one seen last; null before the first. */
        private @Nullable QueueEntry seen;

        /** Shows so many more; how many there were too few. */
        int forNext(int max, Consumer<QueueEntry> sink) {
            int left = max;
            for (QueueEntry next = next(); next != null && left > 0; next = next()) {
                sink.accept(next);
                seen = next;
                left--;
            }
            return left;
        }

        private @Nullable QueueEntry next() {
            return seen == null ? first : seen.nextHeld;
        }

        void end() {
            cursors = cursors.stream().filter(cursor -> cursor != this).toList();
        }
    }

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

    /** At the beginning. It costs each removal something until it ends. */
    Cursor walk() {
        Cursor cursor = new Cursor();
        List<Cursor> more = new ArrayList<>(cursors);
        more.add(cursor);
        cursors = more;
        return cursor;
    }

    /** Takes an entry out, which is in this list. */
    void remove(QueueEntry entry) {
        for (Cursor cursor : cursors) {
            if (cursor.seen == entry) {
                cursor.seen = entry.previousHeld;
            }
        }
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
}
