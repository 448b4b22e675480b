package io.leveret.broker.transaction;

import io.leveret.broker.hold.HeldBatch;

/**
 * Writes down what a piece of work has gathered. After an error, of memory say, that is still there, and goes before anything else is
 * gathered: its transactions count as carried out. Used by one thread at a time, which may block.
 */
final class Gathered {

    private final HeldBatch batch;
    private boolean isLeft;

    Gathered(HeldBatch batch) {
        this.batch = batch;
    }

    /** @throws io.leveret.persistence.log.StoreFailedException if it can't be written; then no queue gets anything */
    void flush() {
        isLeft = true;
        batch.flush();
        isLeft = false;
    }

    /** A piece of work failed, and may have left something. */
    void failed() {
        isLeft = true;
    }

    /** Writes down what was left, if anything was. */
    void flushRest() {
        if (isLeft) {
            flush();
        }
    }
}
