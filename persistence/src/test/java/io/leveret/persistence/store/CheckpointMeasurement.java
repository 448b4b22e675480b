package io.leveret.persistence.store;

import io.leveret.persistence.disk.FolderDisk;
import io.leveret.persistence.log.Background;
import io.leveret.persistence.log.LogResources;
import io.leveret.persistence.log.WriteBuffers;
import io.leveret.persistence.record.Batch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Measures what a checkpoint of 10,000 queues with 100 messages each takes, and how long a reader waits meanwhile. Run by hand, with a
 * folder as argument.
 */
final class CheckpointMeasurement {

    private static final int QUEUES = 10_000;
    private static final int MESSAGES = 100;

    private CheckpointMeasurement() {}

    private static final class Threads implements Background {

        private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(3);

        @Override
        public void execute(Runnable task) {
            threads.execute(task);
        }

        @Override
        public void schedule(Runnable task, long delayMs) {
            threads.schedule(task, delayMs, TimeUnit.MILLISECONDS);
        }
    }

    private static final class Silent implements StoreListener {

        @Override
        public void durable() {}

        @Override
        public void full(boolean full) {}

        @Override
        public void failed(Throwable cause) {
            throw new IllegalStateException(cause);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Threads background = new Threads();
        LogResources resources =
                new LogResources(background, background, new WriteBuffers(1 << 20), InstantSource.system());
        PrintStream out = System.out;
        try (DiskStore store = open(Path.of(arguments[0]), resources)) {
            fill(store);
            store.checkpoint();
            for (int round = 0; round < 5; round++) {
                measure(store, round, out);
            }
        }
        long start = System.nanoTime();
        try (DiskStore store = open(Path.of(arguments[0]), resources)) {
            out.printf("opened %d queues in %d ms%n", store.queues().size(), millis(System.nanoTime() - start));
        }
        background.threads.shutdownNow();
    }

    private static DiskStore open(Path folder, LogResources resources) throws IOException {
        return DiskStore.open(FolderDisk.open(folder), StoreSettings.DEFAULT, resources, new Silent());
    }

    private static void fill(Store store) throws IOException {
        Batch batch = new Batch();
        for (long queueId = 1; queueId <= QUEUES; queueId++) {
            batch.addQueue(queueId);
        }
        store.append(batch);
        for (int i = 0; i < MESSAGES; i++) {
            for (long queueId = 1; queueId <= QUEUES; queueId++) {
                batch.publish(new byte[50], new byte[0], new byte[200]);
                batch.target(queueId);
            }
            store.append(batch);
            store.force();
        }
    }

    /** A settle in each queue, so that there are holes; then a checkpoint, and beside it reads. */
    private static void measure(DiskStore store, int round, PrintStream out) throws Exception {
        Batch batch = new Batch();
        for (long queueId = 1; queueId <= QUEUES; queueId++) {
            StoredEntry entry = store.entries(queueId, 0, 0, Long.MAX_VALUE, 3, Long.MAX_VALUE)
                    .get(2);
            batch.settle(queueId, entry.position());
        }
        store.append(batch);
        store.force();
        long start = System.nanoTime();
        Thread checkpoint = new Thread(() -> checkpoint(store));
        checkpoint.start();
        long longest = 0;
        int reads = 0;
        long through = store.durablePosition() - 1;
        while (checkpoint.isAlive()) {
            long before = System.nanoTime();
            store.entries(1 + reads++ % QUEUES, 0, 0, through, 100, 1 << 20);
            longest = Math.max(longest, System.nanoTime() - before);
        }
        out.printf(
                "round %d: checkpoint %d ms, %d reads beside it, the longest %d ms%n",
                round, millis(System.nanoTime() - start), reads, millis(longest));
    }

    private static void checkpoint(Store store) {
        try {
            store.checkpoint();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
