package io.leveret.broker.watchdog;

import java.lang.Thread.State;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A task that is handed to one event loop again and again; how long it waits there is how long the loop did not turn. Owned by the
 * watchdog's thread, except for its run, which is the loop's.
 */
final class LoopProbe implements Runnable {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int FRAMES_SHOWN = 24;

    private final Executor loop;
    private final LongSupplier nanoClock;
    private final long suspiciousNanos;
    private long handedInNanos;
    private long cpuBefore;
    private String stack = "";
    private boolean waiting;
    private boolean seen;

    private volatile @Nullable Thread thread;
    private volatile long ranNanos;
    private volatile boolean ran;

    /** @param suspiciousNanos how long a probe may wait before the watchdog looks at what the loop does */
    LoopProbe(Executor loop, long suspiciousNanos, LongSupplier nanoClock) {
        this.loop = loop;
        this.suspiciousNanos = suspiciousNanos;
        this.nanoClock = nanoClock;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        ranNanos = nanoClock.getAsLong();
        ran = true;
    }

    /** Hands the probe in if it is not there; the gap that has ended since the last look, or null. */
    @Nullable
    Gap look() {
        if (!waiting) {
            handIn();
            return null;
        }
        if (!ran) {
            if (stack.isEmpty() && nanoClock.getAsLong() - handedInNanos >= suspiciousNanos) {
                stack = stackOf(thread);
            }
            return null;
        }
        // The first one waited for the loop's thread to start.
        Gap gap = seen ? new Gap(name(), handedInNanos, ranNanos, cpuNanos() - cpuBefore, stack) : null;
        seen = true;
        handIn();
        return gap;
    }

    /** How long the loop has not turned so far. */
    Gap unfinished() {
        return new Gap(name(), handedInNanos, nanoClock.getAsLong(), cpuNanos() - cpuBefore, stackOf(thread));
    }

    boolean isStuck() {
        return seen && waiting && !ran;
    }

    private void handIn() {
        stack = "";
        ran = false;
        cpuBefore = cpuNanos();
        handedInNanos = nanoClock.getAsLong();
        waiting = true;
        try {
            loop.execute(this);
        } catch (RejectedExecutionException e) {
            // The loop has ended, so nothing waits for it any more.
            waiting = false;
        }
    }

    private String name() {
        Thread known = thread;
        return known == null ? "not started" : known.getName();
    }

    private long cpuNanos() {
        Thread known = thread;
        return known == null ? 0 : Math.max(0, THREADS.getThreadCpuTime(known.getId()));
    }

    private static String stackOf(@Nullable Thread thread) {
        ThreadInfo info = thread == null ? null : THREADS.getThreadInfo(thread.getId(), FRAMES_SHOWN);
        if (info == null) {
            return "";
        }
        String frames =
                Arrays.stream(info.getStackTrace()).map(LoopProbe::shown).collect(Collectors.joining(" < "));
        return info.getThreadState() + lock(info) + " in " + frames;
    }

    private static String lock(ThreadInfo info) {
        LockInfo lock = info.getLockInfo();
        if (lock == null || info.getThreadState() == State.RUNNABLE) {
            return "";
        }
        return " on " + lock + (info.getLockOwnerName() == null ? "" : " of " + info.getLockOwnerName());
    }

    private static String shown(StackTraceElement frame) {
        String type = frame.getClassName();
        return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethodName() + ":" + frame.getLineNumber();
    }
}
