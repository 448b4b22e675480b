package io.leveret.broker.queue;

/**
 * How far entries of a level were ever taken: nothing at or before the last of them is paged out, so that all that is paged out is
 * ready. Guarded by the queue's lock.
 */
final class TakenThrough {

    private long given;
    private long givenArrival;

    /** Likewise of what waits apart, for its time or for its group: nobody was given that. */
    private long apart;

    /** The highest position of the store's own that was given: what is in memory only stands at one that another queue may have. */
    private long stored;

    /** What {@link #newlyStored} has told. */
    private long told;

    /** The highest position of the store's own that was taken; 0 if that was told before, or nothing was. */
    long newlyStored() {
        if (stored == told) {
            return 0;
        }
        told = stored;
        return stored;
    }

    /** What was told is to be told again. */
    void untold() {
        told = 0;
    }

    void given(QueueEntry entry) {
        if (entry.standsBehind(given, givenArrival)) {
            given = entry.position();
            givenArrival = entry.arrival();
        }
        if (entry.stored() && entry.position() > stored) {
            stored = entry.position();
        }
    }

    void apart(QueueEntry entry) {
        apart = Math.max(apart, entry.position());
    }

    boolean isBefore(QueueEntry entry) {
        return entry.standsBehind(given, givenArrival) && entry.standsBehind(apart, 0);
    }
}
