package io.leveret.broker.queue;

/** What became of the earlier deliveries of an entry, in a queue that keeps account of them. Guarded as the entry is. */
final class Attempts {

    private long returned;

    /** Whether it came back to a queue in which what returns comes first. */
    boolean hasReturned() {
        return returned != 0;
    }

    /** @param number growing from 1 on with each return to the queue */
    void returnedAs(long number) {
        returned = number;
    }

    /** Its place in the queue's order, which is its position until it returns. */
    long place(long position) {
        return returned == 0 ? position : Long.MIN_VALUE + returned;
    }
}
