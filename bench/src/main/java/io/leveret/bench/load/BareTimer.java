package io.leveret.bench.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * A thread that wants to be awake at each multiple of a period, and records how late it is: what this machine and its host make of any timer, to
 * be told beside a broker's lateness of the same seconds. One thread is woken here; for a delivery there are three, one after the other.
 */
final class BareTimer implements AutoCloseable {

    private final long periodMs;
    private final Histogram lateMs = new Histogram(3);
    private final Thread thread = new Thread(this::run, "bare-timer");
    private volatile boolean isClosed;

    /** Starts it; {@code periodMs} is at least 1. */
    BareTimer(long periodMs) {
        this.periodMs = periodMs;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        long dueMs = System.currentTimeMillis();
        while (!isClosed) {
            dueMs += periodMs;
            waitUntil(dueMs);
            lateMs.recordValue(Math.max(0, System.currentTimeMillis() - dueMs));
        }
    }

    private void waitUntil(long dueMs) {
        for (long leftMs = dueMs - System.currentTimeMillis();
                leftMs > 0 && !isClosed;
                leftMs = dueMs - System.currentTimeMillis()) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(leftMs));
        }
    }

    /** Ends it, and tells what it recorded. */
    Histogram end() throws InterruptedException {
        close();
        thread.join();
        return lateMs;
    }

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
    }
}
