package io.leveret.broker.storage;

import io.leveret.persistence.log.Background;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that work on the disk for all virtual hosts together: some write the logs, others read what queues need, so that
 * no confirm waits behind a read. May be used from any thread.
 */
public final class DiskThreads implements Background, AutoCloseable {

    private static final int WRITERS = 3;
    private static final int READERS = 2;
    private static final long IDLE_SECONDS = 60;
    private static final long CLOSE_TIMEOUT_SECONDS = 10;

    private final ScheduledThreadPoolExecutor writers = pool("log-writer", WRITERS);
    private final ScheduledThreadPoolExecutor readers = pool("log-reader", READERS);

    private static ScheduledThreadPoolExecutor pool(String name, int threads) {
        ScheduledThreadPoolExecutor pool =
                new ScheduledThreadPoolExecutor(threads, new DefaultThreadFactory(name, true));
        pool.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        pool.allowCoreThreadTimeOut(true);
        pool.setRemoveOnCancelPolicy(true);
        pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return pool;
    }

    @Override
    public void execute(Runnable task) {
        writers.execute(task);
    }

    @Override
    public void schedule(Runnable task, long delayMs) {
        writers.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }

    public ScheduledExecutorService readers() {
        return readers;
    }

    /** Lets what is under way end, and drops what was to come later. */
    @Override
    public void close() {
        readers.shutdown();
        writers.shutdown();
        try {
            readers.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            writers.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
