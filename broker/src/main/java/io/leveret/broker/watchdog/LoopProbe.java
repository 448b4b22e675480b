package io.leveret.broker.watchdog;

import java.io.Closeable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A task that is handed to one event loop again and again; how long it waits there is how long the loop did not turn. Owned by the
 * watchdog's thread, except for its run, which is the loop's.
 */
final class LoopProbe implements Runnable, Closeable {

    private final Executor loop;
    private final LongSupplier nanoClock;
    private final long suspiciousNanos;
    /** Null until the loop has turned once: before, a probe waits for the loop's thread to start. */
    private @Nullable LoopThread thread;

    private long handedInNanos;
    private long cpuBefore;
    private long queuedBefore;
    private String stack = "";
    private boolean waiting;

    private volatile @Nullable Thread ranOn;
    private volatile long ranNanos;

    /** @param suspiciousNanos how long a probe may wait before the watchdog looks at what the loop does */
    LoopProbe(Executor loop, long suspiciousNanos, LongSupplier nanoClock) {
        this.loop = loop;
        this.suspiciousNanos = suspiciousNanos;
        this.nanoClock = nanoClock;
    }

    @Override
    public void run() {
        ranNanos = nanoClock.getAsLong();
        ranOn = Thread.currentThread();
    }

    /** Hands the probe in if it is not there; the gap that has ended since the last look, or null. */
    @Nullable
    Gap look() {
        Thread ran = ranOn;
        if (waiting && ran == null) {
            lookAtTheStack();
            return null;
        }
        Gap gap = thread == null || !waiting ? null : gap(thread, ranNanos, stack);
        if (thread == null && ran != null) {
            thread = new LoopThread(ran);
        }
        handIn();
        return gap;
    }

    /** How long the loop has not turned so far, if it did not turn since the probe was handed in. */
    @Nullable
    Gap unfinished() {
        boolean stuck = waiting && ranOn == null;
        return thread == null || !stuck ? null : gap(thread, nanoClock.getAsLong(), thread.stack());
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.close();
        }
    }

    private void lookAtTheStack() {
        if (thread != null && stack.isEmpty() && nanoClock.getAsLong() - handedInNanos >= suspiciousNanos) {
            stack = thread.stack();
        }
    }

    private Gap gap(LoopThread of, long toNanos, String seen) {
        long queued = Math.min(of.queuedNanos() - queuedBefore, toNanos - handedInNanos);
        return new Gap(of.name(), handedInNanos, toNanos, of.cpuNanos() - cpuBefore, queued, seen);
    }

    private void handIn() {
        stack = "";
        ranOn = null;
        if (thread != null) {
            cpuBefore = thread.cpuNanos();
            queuedBefore = thread.queuedNanos();
        }
        handedInNanos = nanoClock.getAsLong();
        waiting = true;
        try {
            loop.execute(this);
        } catch (RejectedExecutionException e) {
            // The loop has ended, so nothing waits for it any more.
            waiting = false;
        }
    }
}
