package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import java.io.IOException;
import java.util.List;

/**
 * One durable queue's part of the store, or that of one of its levels, each of which is a queue to the store: what a queue asks that keeps only some of its entries in memory. Methods may be
 * called from any thread; those that read block, the others are quick and may be called under the queue's lock.
 */
public interface Backlog {

    /**
     * An entry as it was read.
     *
     * @param deadlineMs when it expires, in milliseconds since 1970; 0 for never
     * @param failures how many deliveries of it counted towards a delivery limit
     * @param retryAtMs when it may be given out, in milliseconds since 1970; 0 for at once
     */
    record LoadedEntry(
            long position, Message message, boolean redelivered, long deadlineMs, int failures, long retryAtMs) {}

    /**
     * An entry whose message was not read.
     *
     * @param bytes what its message takes, about
     * @param retryAtMs when it may be given out, in milliseconds since 1970; 0 for at once
     */
    record ListedEntry(long position, long bytes, int bodyBytes, long retryAtMs) {}

    /** The id, which no other queue or level of the store ever had or will have. */
    long queueId();

    /** The part of one of its levels. */
    Backlog level(int level);

    /** No stored entry that comes from now on has a position below this. */
    long nextPosition();

    /** Below this every stored entry that will ever come to the queue has come. Never goes back. */
    long lowestInFlight();

    /** Below this every live entry can be read. Never goes back. */
    long readablePosition();

    /**
     * Up to which time, in milliseconds since 1970, the deadlines of what the store has were searched for and told to the queues.
     * Grows before the search, so that who leaves an entry to the store alone knows whether its deadline will be found.
     */
    long dueSearchedThroughMs();

    /**
     * Reads live entries in the order of their positions; none if there is no further one. Blocks.
     *
     * @param through the highest position wanted
     * @param maxEntries at least 1
     * @param maxBytes after which no further entry is read; the first is read in any case
     */
    List<LoadedEntry> read(long from, long through, int maxEntries, long maxBytes) throws IOException;

    /**
     * As the other, but no message is read. Blocks.
     *
     * @param through the highest position wanted
     * @param maxEntries at least 1
     */
    List<ListedEntry> list(long from, long through, int maxEntries) throws IOException;

    /**
     * Reads those of some entries that are live, in the order of their positions; none only if none of them is. Blocks.
     *
     * @param positions which grow
     * @param maxBytes after which no further entry is read; the first is read in any case
     * @throws IOException if the first can't be read; one further on only ends what is read
     */
    List<LoadedEntry> read(long[] positions, long maxBytes) throws IOException;

    /** Runs something that reads, on a thread that may block. */
    void execute(Runnable read);

    void executeLater(Runnable read, long delayMs);

    /** What an operator can do about a read that fails, as a part of a sentence for the log. */
    String remedy();
}
