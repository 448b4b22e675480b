package io.leveret.broker.watchdog;

import java.io.Closeable;
import java.lang.Thread.State;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What can be seen of an event loop's thread from outside. Used by the watchdog's thread. */
final class LoopThread implements Closeable {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int FRAMES_SHOWN = 24;

    private final Thread thread;
    private final RunQueue runQueue;

    LoopThread(Thread thread) {
        this.thread = thread;
        this.runQueue = RunQueue.of(thread.getName());
    }

    String name() {
        return thread.getName();
    }

    /** Processor time that it has had. */
    long cpuNanos() {
        return Math.max(0, THREADS.getThreadCpuTime(thread.getId()));
    }

    /** How long it has been ready to run and had no processor. */
    long queuedNanos() {
        return runQueue.waitedNanos();
    }

    @Override
    public void close() {
        runQueue.close();
    }

    /** What it does now, the innermost call first, on one line; empty if it has ended. */
    String stack() {
        ThreadInfo info = THREADS.getThreadInfo(thread.getId(), FRAMES_SHOWN);
        if (info == null) {
            return "";
        }
        String frames =
                Arrays.stream(info.getStackTrace()).map(LoopThread::shown).collect(Collectors.joining(" < "));
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
