package io.leveret.broker.watchdog;

/**
 * When nobody in this process could run, seen by a thread that sleeps for a moment again and again: the JVM stopped everything (the
 * collector is not the only one who does, and Java 17 does not tell of all its pauses), or the machine's host did. Owned by the
 * watchdog's thread.
 */
final class Standstills {

    private final Pauses pauses = new Pauses();
    private final long shortestNanos;

    /** @param shortestNanos what is shorter is how exactly a thread sleeps */
    Standstills(long shortestNanos) {
        this.shortestNanos = shortestNanos;
    }

    Pauses pauses() {
        return pauses;
    }

    /** @param queuedNanos how long it was ready to run meanwhile and had no processor, as others may have had */
    void woke(long meantNanos, long nowNanos, long queuedNanos) {
        long stoodNanos = nowNanos - meantNanos - queuedNanos;
        if (stoodNanos >= shortestNanos) {
            pauses.add(meantNanos, meantNanos + stoodNanos);
        }
    }
}
