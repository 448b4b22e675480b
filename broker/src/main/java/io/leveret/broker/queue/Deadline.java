package io.leveret.broker.queue;

/** When an entry expires: only some entries have one. Guarded by the queue's lock. */
final class Deadline {

    /** Not among the {@link Deadlines}. */
    static final int NOWHERE = -1;

    final QueueEntry entry;

    /** In milliseconds since 1970. */
    final long timeMs;

    /** Its place among the {@link Deadlines}, which alone change it. */
    int index = NOWHERE;

    Deadline(QueueEntry entry, long timeMs) {
        this.entry = entry;
        this.timeMs = timeMs;
    }

    /** Entries that expire at the same time do so in the order in which they stand. */
    boolean isBefore(Deadline other) {
        return timeMs < other.timeMs || (timeMs == other.timeMs && entry.isBefore(other.entry));
    }

    /** Whether it comes before that of an entry that only the store has. */
    boolean isBefore(StoredDeadline other) {
        return timeMs < other.timeMs() || (timeMs == other.timeMs() && entry.position() < other.position());
    }
}
