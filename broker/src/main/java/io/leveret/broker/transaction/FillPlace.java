package io.leveret.broker.transaction;

/** How far what the log of an exchange had at the start is read. May be used from any thread; calls nobody. */
final class FillPlace {

    private final long through;
    private long from;
    private long atMs;
    private int failures;

    /** @param through the last position at which there may be something; below 0 if there is nothing */
    FillPlace(long through) {
        this.through = through;
    }

    /** The last position at which there may be something. */
    long through() {
        return through;
    }

    /** Where the next is to be read. */
    synchronized long from() {
        return from;
    }

    synchronized boolean isAtEnd() {
        return from > through;
    }

    /** What is behind a position is read next. */
    synchronized void past(long position) {
        from = Math.max(from, position + 1);
    }

    /** A read failed. Returns how many have by now. */
    synchronized int failed() {
        return ++failures;
    }

    /** It can't be read on before some time. */
    synchronized void later(long untilMs) {
        atMs = untilMs;
    }

    /** When to read on. */
    synchronized long atMs() {
        return atMs;
    }
}
