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
}
