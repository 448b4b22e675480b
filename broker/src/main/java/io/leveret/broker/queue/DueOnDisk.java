package io.leveret.broker.queue;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * When entries expire soon that only the store has, the earliest first. Those that expire later are not here: they are looked
 * for in the store before their time comes. Guarded by the queue's lock.
 */
final class DueOnDisk {

    private final PriorityQueue<StoredDeadline> soon = new PriorityQueue<>(
            Comparator.comparingLong(StoredDeadline::timeMs).thenComparingLong(StoredDeadline::position));

    /** The earliest, in milliseconds since 1970; the largest number if there is none. */
    long firstMs() {
        StoredDeadline first = soon.peek();
        return first == null ? Long.MAX_VALUE : first.timeMs();
    }

    void add(StoredDeadline deadline) {
        soon.add(deadline);
    }

    /** The first one; null if there is none. */
    @Nullable
    StoredDeadline peek() {
        return soon.peek();
    }

    /** Takes the first one out. */
    @Nullable
    StoredDeadline poll() {
        return soon.poll();
    }
}
