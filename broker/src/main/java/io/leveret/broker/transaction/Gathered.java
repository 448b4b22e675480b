package io.leveret.broker.transaction;

import io.leveret.broker.hold.HeldBatch;
import io.leveret.persistence.log.StoreFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what a piece of work has gathered. After an error, of memory say, that is still there, and goes before anything else is
 * gathered: its transactions count as carried out. Used by one thread at a time, which may block.
 */
final class Gathered {

    private static final Logger LOG = LoggerFactory.getLogger(Gathered.class);

    private final HeldBatch batch;
    private boolean isLeft;

    Gathered(HeldBatch batch) {
        this.batch = batch;
    }

    /**
     * Writes it down. What can't be, for want of memory, is gone from here; the log still has it as undone.
     *
     * @throws StoreFailedException if nothing can be written any more; then no queue gets anything
     */
    void flush() {
        isLeft = false;
        try {
            batch.flush();
        } catch (StoreFailedException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "Transactions that were decided could not be carried out; those of durable exchanges are after a restart");
            throw e;
        }
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
