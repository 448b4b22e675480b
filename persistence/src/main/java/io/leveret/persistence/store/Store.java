package io.leveret.persistence.store;

import io.leveret.persistence.log.StoreFailedException;
import io.leveret.persistence.record.Batch;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;

/**
 * A virtual host's store: a log of batches, what it comes to, and the way back to each entry. Methods may be called from any
 * thread. Those that read block, and are not for event loops; {@link #append} never waits for the disk.
 */
public interface Store extends AutoCloseable {

    /**
     * Appends a batch, all or nothing, and empties it; {@link Batch#firstPosition} then tells the position of its first publish.
     * Nothing is durable yet when it returns.
     *
     * @return the batch's number, one above the batch's before
     * @throws StoreFailedException if the store has failed
     */
    long append(Batch batch);

    /** The number up to which all batches are durable. */
    long durableBatch();

    /** The number of the batch that was appended last. */
    long appendedBatch();

    /** No publish from now on gets a position below this. */
    long nextPosition();

    /** Every publish with a position below this is durable, so that it can be read. Never goes back. */
    long durablePosition();

    /**
     * How many bytes are appended and not yet durable, or too far ahead of the indexes: what back-pressure goes by. When it sinks,
     * {@link StoreListener#durable} is called.
     */
    long pendingBytes();

    /**
     * How many bytes of memory the delivery counts and times of entries take ({@code update} records), wherever their messages are. Never
     * waits.
     */
    long updateBytes();

    /** Whether the disk is full, so that nothing should be published; what settles entries is still taken. */
    boolean isFull();

    /** Hands over the catalog as it was recovered. */
    void catalog(BiConsumer<byte[], byte[]> sink);

    /** Hands over what an owner keeps beside its messages, as it is now. Blocks. */
    void state(long owner, BiConsumer<byte[], byte[]> sink) throws IOException;

    /** The queue ids that are in use, with what recovery found of them; to be asked before the first append. */
    Map<Long, StoredQueue> queues();

    /** Above every queue id that ever was. */
    long nextQueueId();

    /**
     * Reads live entries of a queue's level in the order of their positions. Settles of the last moments may not show yet, so the
     * queue looks at each entry once more. Fewer may come than there are, but none only if there are none. Blocks.
     *
     * @param from the lowest position wanted
     * @param through the highest
     * @param maxEntries at least 1
     * @param maxBytes after which no further entry is read; the first is read in any case
     * @throws IOException if the first can't be read; one further on only ends what is read
     */
    List<StoredEntry> entries(long queueId, int level, long from, long through, int maxEntries, long maxBytes)
            throws IOException;

    /**
     * As the other, of entries whose messages nobody wants: only the index is read, so that a damaged message is no obstacle.
     *
     * @param maxEntries at least 1
     * @throws IOException if the index of the first one's segment can't be read; one further on only ends what is listed
     */
    List<ListedEntry> list(long queueId, int level, long from, long through, int maxEntries) throws IOException;

    /**
     * Reads those that are live of some of a queue's entries, at any level, in the order of their positions. Fewer may come, but none
     * only if none of them is live. Blocks.
     *
     * @param positions which grow
     * @param maxBytes after which no further entry is read; the first is read in any case
     * @throws IOException if the first can't be read; one further on only ends what is read
     */
    List<StoredEntry> entries(long queueId, long[] positions, long maxBytes) throws IOException;

    /**
     * Finds deadlines of some queues.
     *
     * @param queues whether a queue's entries are wanted, by its id; always the same answer
     */
    DueIndex dueIndex(LongPredicate queues);

    /**
     * Finds live entries of a queue whose hash is one of some, in the order of their positions; what has the same hash need not be the
     * same. Blocks.
     *
     * @param hashes none of them 0, growing
     * @param afterPosition where the search before this ended; {@link io.leveret.persistence.Position#NONE} for the first
     * @param limit at least 1; if no more come there may be others behind them
     */
    List<HashedEntry> withHashes(long queueId, long[] hashes, long afterPosition, int limit) throws IOException;

    /** Takes entries by their hashes. */
    @FunctionalInterface
    interface HashSink {

        /** @param notBeforeMs when it may be delivered, as last updated, in milliseconds since 1970; 0 for at once */
        void entry(long queueId, long position, long hash, long notBeforeMs);
    }

    /**
     * Hands over every live entry that has a hash, in no order. Reads the index of each segment in which there is a live entry, so it is
     * for recovery. Blocks.
     */
    void hashes(HashSink sink) throws IOException;

    /** Waits until everything appended so far is durable. Blocks. */
    void force() throws IOException;

    /** Writes a checkpoint of everything durable. Blocks. */
    void checkpoint() throws IOException;

    /** Forces what was appended, writes a checkpoint, and ends. Blocks. */
    @Override
    void close() throws IOException;
}
