package io.leveret.broker.queue;

import org.jspecify.annotations.Nullable;

/** Makes a queue's entries of the messages that bursts bring, each at its place in the queue's order. Guarded by the queue's lock. */
final class NewEntries {

    private final Queue queue;
    private final @Nullable Backlog backlog;

    /** Null if the queue takes everything. */
    private final @Nullable UniqueKeys keys;

    /** Of the entries that the store has not, so that they have an order among each other. */
    private long arrivals;

    /** Of the batch with the present burst. */
    private long burstPosition;

    /** What stands before the next message of the present burst. */
    private long beforeNext;

    /** What was made last, if it has a key. */
    private @Nullable QueueEntry lastKeyed;

    /** @param backlog the queue's part of the store; null if it has none */
    NewEntries(Queue queue, @Nullable Backlog backlog, @Nullable UniqueKeys keys) {
        this.queue = queue;
        this.backlog = backlog;
        this.keys = keys;
    }

    /** @param firstPosition of the batch in which the burst's stored messages were appended */
    void begin(QueueBurst burst, long firstPosition) {
        burstPosition = firstPosition;
        beforeNext = backlog == null ? 0 : beforeFirst(burst, firstPosition, backlog);
    }

    /** The last position that stands before the whole burst. */
    private static long beforeFirst(QueueBurst burst, long firstPosition, Backlog backlog) {
        return burst.hasStored() ? firstPosition + burst.firstStored() - 1 : backlog.nextPosition() - 1;
    }

    /**
     * The next message of the burst, or the same once more. What is not stored stands right behind what was published before it, so
     * that a publisher's order is kept.
     */
    QueueEntry entry(QueueBurst burst, int index) {
        lastKeyed = null;
        int stored = burst.stored(index);
        QueueEntry entry;
        if (stored >= 0) {
            beforeNext = burstPosition + stored;
            entry = QueueEntry.stored(queue, burst.message(index), beforeNext);
        } else {
            arrivals++;
            entry = QueueEntry.unstored(queue, burst.message(index), backlog == null ? arrivals : beforeNext, arrivals);
        }
        if (burst.hasParticulars()) {
            particulars(entry, burst, index);
        }
        return entry;
    }

    private void particulars(QueueEntry entry, QueueBurst burst, int index) {
        entry.expiresAt(burst.deadlineMs(index));
        long key = burst.key(index);
        if (keys != null && key != DeduplicationKey.NONE) {
            keys.came(key, entry);
            lastKeyed = entry;
        }
    }

    /** The last entry did not get into the queue: its key is free, unless it is back after a restart. */
    void loseLast() {
        if (keys != null && lastKeyed != null && !lastKeyed.stored()) {
            keys.lose(lastKeyed);
        }
    }
}
