package io.leveret.broker.queue;

import java.util.Objects;

/** When the entries expire that wait in memory, the earliest first. Guarded by the queue's lock. */
final class Deadlines {

    private final IndexedHeap<Deadline> heap = new IndexedHeap<>();

    int size() {
        return heap.size();
    }

    /** The earliest, in milliseconds since 1970; the largest number if there is none. */
    long firstMs() {
        Deadline first = heap.first();
        return first == null ? Long.MAX_VALUE : first.timeMs;
    }

    /** Of the entry that expires first; only if there is one. */
    Deadline first() {
        return Objects.requireNonNull(heap.first());
    }

    void add(Deadline deadline) {
        heap.add(deadline);
    }

    /** Takes a deadline out, if it is here. */
    void remove(Deadline deadline) {
        heap.remove(deadline);
    }
}
