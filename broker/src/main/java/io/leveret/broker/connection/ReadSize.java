package io.leveret.broker.connection;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How much an event loop reads from one socket at once. While it serves what it read, everything else on it waits: other connections,
 * time-outs, what threads of the log tell it. So less is read at once where many connections have much to say, or where the JVM has not
 * compiled yet what serves them; from each of them the same. Owned by the loop.
 */
final class ReadSize {

    /** Less would be mostly system calls. */
    static final int LEAST_BYTES = 8 * 1024;

    static final int MOST_BYTES = 64 * 1024;

    /**
     * A turn's reads that take this long are too much of them. 64 KiB from each of eight publishers took 20 to 41 ms in a JVM's first
     * seconds, and a loop is to turn every 20 ms.
     */
    static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(8);
    /** Of reads that take less there may be twice as much, which is far from too long. */
    static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final LongSupplier nanoClock;
    private int bytes = LEAST_BYTES;
    private boolean begun;
    private long beganNanos;
    private long received;
    /** In reads of which there would have been less with half the size. */
    private long receivedInLarge;

    private boolean filled;

    ReadSize(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** What may be read of a socket in one go. */
    int bytes() {
        return bytes;
    }

    /** Tells that a socket is about to be read; the first one of a turn begins it. */
    void begin() {
        if (!begun) {
            begun = true;
            beganNanos = nanoClock.getAsLong();
        }
    }

    /** Tells how much a socket had of it. */
    void received(int count) {
        received += Math.max(0, count);
        if (count > bytes / 2) {
            receivedInLarge += count;
        }
        filled |= count == bytes;
    }

    /** Tells that all sockets which had something were read once. */
    void turned() {
        if (receivedInLarge > 0) {
            adapt(nanoClock.getAsLong() - beganNanos);
        }
        begun = false;
        received = 0;
        receivedInLarge = 0;
        filled = false;
    }

    private void adapt(long tookNanos) {
        if (filled && tookNanos < SHORT_NANOS) {
            bytes = Math.min(MOST_BYTES, bytes * 2);
        } else if (tookNanos >= LONG_NANOS && 2 * receivedInLarge >= received) {
            // Very many small reads take long as well, and would not be less for it.
            bytes = Math.max(LEAST_BYTES, bytes / 2);
        }
    }
}
