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

    /** The highest position that was given out. */
    long given() {
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
