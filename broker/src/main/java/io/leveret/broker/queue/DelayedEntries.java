package io.leveret.broker.queue;

import io.leveret.broker.queue.Departure.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a queue that came back and may not be given out before their time, and those that had left before the last start, to
 * be dead-lettered. Guarded by the queue's lock.
 */
final class DelayedEntries {

    /** Null while there never was one. */
    private @Nullable ReturnedEntries entries;

    private final @Nullable SetAside aside;

    /** @param aside whose groups wait as well; null in a queue without groups */
    DelayedEntries(@Nullable SetAside aside) {
        this.aside = aside;
    }

    void add(QueueEntry entry, boolean droppable) {
        if (aside != null) {
            aside.delayed(entry);
        }
        if (droppable && entry.hasMessage()) {
            entry.dropMessage();
        }
        if (entries == null) {
            entries = new ReturnedEntries(QueueEntry::compareByRetry);
        }
        entries.add(entry);
    }

    boolean isEmpty() {
        return entries == null || entries.isEmpty();
    }

    long size() {
        return entries == null ? 0 : entries.size();
    }

    /** What the messages' bodies take. */
    long bodyBytes() {
        return entries == null ? 0 : entries.bodyBytes();
    }

    long memoryBytes() {
        return entries == null ? 0 : entries.memoryBytes();
    }

    /** When the first one's time comes, in milliseconds since 1970; the largest number if there is none. */
    long firstMs() {
        return entries == null || entries.isEmpty()
                ? Long.MAX_VALUE
                : entries.first().retryAtMs();
    }

    /** Takes out the first one, if its time has come; null if not. */
    @Nullable
    QueueEntry poll(long nowMs) {
        return entries == null || firstMs() > nowMs ? null : takeFirst(entries);
    }

    /** Takes out an entry that had left its queue before the last start; null if there is none. */
    @Nullable
    QueueEntry pollDead() {
        return entries == null || entries.isEmpty() || Reason.ofMark(firstMs()) == null ? null : takeFirst(entries);
    }

    private QueueEntry takeFirst(ReturnedEntries from) {
        QueueEntry entry = from.first();
        from.take(entry);
        if (aside != null) {
            aside.delayEnded(entry);
        }
        return entry;
    }

    /** Drops messages that the store has; whether there may be more to drop. */
    boolean dropMessages(long readable, int max) {
        return entries != null && entries.dropMessages(readable, max);
    }

    /** The positions, from {@code bound} on, of those that the store has at one level; growing. */
    long[] storedFrom(int level, long bound) {
        return entries == null ? new long[0] : entries.storedFrom(level, bound);
    }
}
