package io.leveret.broker.storage;

/**
 * The threads that work on the disk for all virtual hosts together: some write the logs, others read what queues need, so that
 * no confirm waits behind a read.
 */
public record DiskThreads(WorkerPool writers, WorkerPool readers) implements AutoCloseable {

    private static final int WRITERS = 3;
    private static final int READERS = 2;

    static DiskThreads start() {
        return new DiskThreads(new WorkerPool("log-writer", WRITERS), new WorkerPool("log-reader", READERS));
    }

    @Override
    public void close() {
        readers.close();
        writers.close();
    }
}
