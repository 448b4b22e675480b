package io.leveret.broker.storage;

import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.persistence.log.Background;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that may block. They start with the pool and stay, since a thread begins with the priority that Linux gave its creator,
 * which may not raise it: one that a store keeper started would have a keeper's. May be used from any thread. What a task throws is told to
 * the log.
 */
public final class WorkerPool implements Background, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

    private static final long CLOSE_TIMEOUT_SECONDS = 10;

    private final ScheduledThreadPoolExecutor threads;

    public WorkerPool(String name, int size) {
        this(name, size, Thread.NORM_PRIORITY);
    }

    /** @param priority of its threads; whether it means anything is for the JVM's options to say */
    public WorkerPool(String name, int size, int priority) {
        threads = new ScheduledThreadPoolExecutor(size, new DefaultThreadFactory(name, true, priority));
        threads.setRemoveOnCancelPolicy(true);
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        threads.prestartAllCoreThreads();
    }

    /** Not at all, if it is closed before: whatever it was about, the next start finds it in the store. */
    @Override
    public void execute(Runnable task) {
        try {
            threads.execute(new LoggedTask(task));
        } catch (RejectedExecutionException closed) {
            log.debug("dropped a task, since no thread is left task={}", task);
        }
    }

    /** Not at all, if it is closed before. */
    @Override
    public void schedule(Runnable task, long delayMs) {
        try {
            threads.schedule(new LoggedTask(task), delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            log.debug("dropped a task for later, since no thread is left task={}", task);
        }
    }

    /** As {@link #schedule}, for what may turn out not to be needed. */
    public Cancellable later(long delayMs, Runnable task) {
        try {
            Future<?> scheduled = threads.schedule(new LoggedTask(task), delayMs, TimeUnit.MILLISECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException closed) {
            return Cancellable.NOTHING;
        }
    }

    /** Runs a task now and then again and again, each time that long after it has ended; also if it failed. */
    public void repeat(Runnable task, long pauseMs) {
        threads.scheduleWithFixedDelay(new LoggedTask(task), 0, pauseMs, TimeUnit.MILLISECONDS);
    }

    /** Lets what is under way end, and drops what was to come later. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
