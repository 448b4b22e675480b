package io.leveret.broker.storage;

import io.leveret.persistence.record.Batch;
import io.leveret.persistence.store.Store;

/**
 * Gathers a batch and appends it. What is appended is in flight until its queues have it, and {@link #brought} says so.
 * Owned by one thread or event loop.
 */
public final class JournalWriter {

    private final Store store;
    private final InFlight inFlight;
    private final Batch batch = new Batch();
    private long appendedBatch;

    /** @param inFlight of the thread that this belongs to; others of the same thread may have it too */
    JournalWriter(Store store, InFlight inFlight) {
        this.store = store;
        this.inFlight = inFlight;
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
        inFlight.from(store.nextPosition());
        appendedBatch = store.append(batch);
        return batch.firstPosition();
    }

    /** Forgets what was gathered: no queue gets it. */
    public void drop() {
        batch.clear();
        brought();
    }

    /** The queues have what was appended. */
    public void brought() {
        inFlight.nothing();
    }

    /** The number of the batch that was appended last; 0 if none was. */
    public long appendedBatch() {
        return appendedBatch;
    }

    /** The number of the batch that anybody appended last. */
    public long lastBatchOfAll() {
        return store.appendedBatch();
    }

    public long durableBatch() {
        return store.durableBatch();
    }
}
