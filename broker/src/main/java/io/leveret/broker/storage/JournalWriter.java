package io.leveret.broker.storage;

import io.leveret.persistence.record.Batch;
import io.leveret.persistence.store.Store;
import java.util.function.Consumer;

/**
 * Gathers a batch and appends it. What is appended is in flight until its queues have it, and {@link #brought} says so.
 * Owned by one thread or event loop; only {@link #inFlightFrom} is read from elsewhere.
 */
public final class JournalWriter implements AutoCloseable {

    private static final long NOTHING = Long.MAX_VALUE;

    private final Store store;
    private final Consumer<JournalWriter> onClose;
    private final Batch batch = new Batch();
    private volatile long inFlightFrom = NOTHING;
    private long appendedBatch;

    JournalWriter(Store store, Consumer<JournalWriter> onClose) {
        this.store = store;
        this.onClose = onClose;
    }

    /** What the next append will write. */
    public Batch batch() {
        return batch;
    }

    /**
     * Appends what was gathered, if anything.
     *
     * @return the position of the batch's first publish
     */
    public long append() {
        if (batch.isEmpty()) {
            return 0;
        }
        // Before the append, so that nobody sees its positions given and not in flight.
        inFlightFrom = store.nextPosition();
        appendedBatch = store.append(batch);
        return batch.firstPosition();
    }

    /** The queues have what was appended. */
    public void brought() {
        inFlightFrom = NOTHING;
    }

    /** The number of the batch that was appended last; 0 if none was. */
    public long appendedBatch() {
        return appendedBatch;
    }

    public long durableBatch() {
        return store.durableBatch();
    }

    long inFlightFrom() {
        return inFlightFrom;
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
