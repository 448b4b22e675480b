package io.leveret.broker.storage;

/**
 * What one thread or event loop has appended and not brought to its queues yet. Set by that thread only, read by any.
 */
final class InFlight {

    private static final long NOTHING = Long.MAX_VALUE;

    private volatile long from = NOTHING;

    /** No position that is in flight is below this. */
    long from() {
        return from;
    }

    void from(long position) {
        from = position;
    }

    void nothing() {
        from = NOTHING;
    }
}
