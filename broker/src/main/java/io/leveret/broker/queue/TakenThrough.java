package io.leveret.broker.queue;

/**
 * How far entries of a level were ever taken: nothing at or before the last of them is paged out, so that all that is paged out is
 * ready. Guarded by the queue's lock.
 */
final class TakenThrough {

    private long given;
    private long givenArrival;

    /** The highest position that {@link #newlyGiven} has told. */
    private long told;

    /** Likewise of what waits apart, for its time or for its group: nobody was given that. */
    private long apart;

    /** The highest position that was given out; 0 if that was told before, or nothing was. */
    long newlyGiven() {
        if (given == told) {
            return 0;
        }
        told = given;
        return given;
    }

    void given(QueueEntry entry) {
        if (entry.standsBehind(given, givenArrival)) {
            given = entry.position();
            givenArrival = entry.arrival();
        }
    }

    void apart(QueueEntry entry) {
        apart = Math.max(apart, entry.position());
    }

    boolean isBefore(QueueEntry entry) {
        return entry.standsBehind(given, givenArrival) && entry.standsBehind(apart, 0);
    }
}
