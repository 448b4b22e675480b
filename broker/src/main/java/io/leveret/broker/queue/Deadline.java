package io.leveret.broker.queue;

/** When an entry expires: only some entries have one. Guarded by the queue's lock. */
final class Deadline implements IndexedHeap.Member<Deadline> {

    final QueueEntry entry;

    /** In milliseconds since 1970. */
    final long timeMs;

    private int index = IndexedHeap.NOWHERE;

    Deadline(QueueEntry entry, long timeMs) {
        this.entry = entry;
        this.timeMs = timeMs;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public void index(int at) {
        index = at;
    }

    /** Entries that expire at the same time do so in the order in which they stand. */
    @Override
    public boolean isBefore(Deadline other) {
        return timeMs < other.timeMs || (timeMs == other.timeMs && entry.isBefore(other.entry));
    }

    /** Whether it comes before that of an entry that only the store has. */
    boolean isBefore(StoredDeadline other) {
        return timeMs < other.timeMs() || (timeMs == other.timeMs() && entry.position() < other.position());
    }
}
