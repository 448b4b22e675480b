package io.leveret.broker.hold;

/**
 * What leaves exchanges that held it back, gathered as one batch, in which the store learns of it. Used by one thread at a time, which may
 * block.
 */
public interface HeldBatch {

    /** Gathers that the store's entry of a message that was gathered leaves its exchange. */
    void settle(Hold from, long position);

    /** Lets go of what others wait for, whatever has failed. What was gathered stays. */
    void end();

    /** Whether what was gathered is to be flushed before there is more: others wait for it, or it is much. */
    boolean isFull();

    /**
     * Writes all that was gathered down as one batch, and brings it to the queues.
     *
     * @return the batch's number; 0 if nothing was to be written
     * @throws io.leveret.persistence.log.StoreFailedException if it can't be written; then no queue gets anything
     */
    long flush();

    /** The number of the last batch that was written down; 0 if none was. */
    long appendedBatch();
}
