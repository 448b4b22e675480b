package io.leveret.broker.storage;

/**
 * The threads that work on the disk for all virtual hosts together: some write the logs, some keep the stores in order,
 * others read what queues need, so that no confirm waits behind a checkpoint, a force that it does not need, or a read. One only
 * notes how far queues have been delivered: after a crash {@code redelivered} is right as far as that was in time.
 */
public record DiskThreads(WorkerPool writers, WorkerPool keepers, WorkerPool readers, WorkerPool marker)
        implements AutoCloseable {

    private static final int WRITERS = 3;
    private static final int KEEPERS = 2;
    private static final int READERS = 2;

    static DiskThreads start() {
        return new DiskThreads(
                new WorkerPool("log-writer", WRITERS),
                // Busy for milliseconds at a stretch, and clients wait for them only if they fall far behind.
                new WorkerPool("store-keeper", KEEPERS, Thread.MIN_PRIORITY),
                new WorkerPool("log-reader", READERS),
                new WorkerPool("delivered-marks", 1));
    }

    @Override
    public void close() {
        marker.close();
        readers.close();
        keepers.close();
        writers.close();
    }
}
