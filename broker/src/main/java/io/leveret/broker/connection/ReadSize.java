package io.leveret.broker.connection;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How much an event loop reads from one socket at once. While it serves what it read, everything else on it waits: other connections,
 * time-outs, what threads of the log tell it. So less is read at once where many connections are busy, or where the JVM has not compiled
 * yet what serves them; from each of them the same. Owned by the loop.
 */
final class ReadSize {

    /** Less would be mostly system calls. */
    static final int LEAST_BYTES = 8 * 1024;

    static final int MOST_BYTES = 64 * 1024;

    /** A turn's reads that take this long are too much of them. */
    static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(8);
    /** Reads that take less may be twice as large. */
    static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final LongSupplier nanoClock;
    private int bytes = LEAST_BYTES;
    private boolean begun;
    private boolean filled;
    private long beganNanos;

    ReadSize(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** What may be read now, in one go. */
    int bytes() {
        if (!begun) {
            begun = true;
            beganNanos = nanoClock.getAsLong();
        }
        return bytes;
    }

    /** Tells that a socket had at least as much. */
    void filled() {
        filled = true;
    }

    /** Tells that all sockets which had something were read once. */
    void turned(long nowNanos) {
        if (filled) {
            adapt(nowNanos - beganNanos);
        }
        begun = false;
        filled = false;
    }

    private void adapt(long tookNanos) {
        if (tookNanos >= LONG_NANOS) {
            bytes = Math.max(LEAST_BYTES, bytes / 2);
        } else if (tookNanos < SHORT_NANOS) {
            bytes = Math.min(MOST_BYTES, bytes * 2);
        }
    }
}
