package io.leveret.broker.queue;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What expires next among the ready entries of one level: of those in memory all are known, of those on the disk the ones that expire
 * soon. Guarded by the queue's lock.
 */
final class Expiries {

    private final int level;
    private final PagedOut paged;
    private final LongSupplier dueSearchedThroughMs;

    /** Of all that is in memory. Null while none has one. */
    private @Nullable Deadlines inMemory;

    private final DueOnDisk onDisk = new DueOnDisk();

    /** @param dueSearchedThroughMs up to which time deadlines in the store were searched for, and told */
    Expiries(int level, PagedOut paged, LongSupplier dueSearchedThroughMs) {
        this.level = level;
        this.paged = paged;
        this.dueSearchedThroughMs = dueSearchedThroughMs;
    }

    boolean areNoneInMemory() {
        return inMemory == null || inMemory.firstMs() == Long.MAX_VALUE;
    }

    /** Notes when an entry expires. */
    void watch(QueueEntry entry) {
        Deadline deadline = entry.deadline();
        if (deadline != null) {
            if (inMemory == null) {
                inMemory = new Deadlines();
            }
            inMemory.add(deadline);
        }
    }

    void unwatch(QueueEntry entry) {
        if (inMemory != null) {
            Deadline deadline = entry.deadline();
            if (deadline != null) {
                inMemory.remove(deadline);
            }
        }
    }

    /** The next time, in milliseconds since 1970; the largest number if none is known. */
    long firstMs() {
        return inMemory == null ? onDisk.firstMs() : Math.min(inMemory.firstMs(), onDisk.firstMs());
    }

    /** The entry that has expired and leaves next; null if there is none, or one on the disk is first. */
    @Nullable
    QueueEntry firstInMemory(long nowMs) {
        if (inMemory == null || inMemory.firstMs() > nowMs) {
            return null;
        }
        Deadline first = inMemory.first();
        StoredDeadline stored = firstOnDisk();
        return stored != null && !first.isBefore(stored) ? null : first.entry;
    }

    private @Nullable StoredDeadline firstOnDisk() {
        StoredDeadline first = onDisk.peek();
        // It was read meanwhile.
        while (first != null && !paged.contains(first.position())) {
            onDisk.poll();
            first = onDisk.peek();
        }
        return first;
    }

    /** Takes out what has expired and only the store has; null if there is nothing. */
    @Nullable
    StoredDeadline pollOnDisk(long nowMs) {
        while (onDisk.firstMs() <= nowMs) {
            StoredDeadline entry = onDisk.poll();
            if (entry != null && paged.remove(entry.position())) {
                return entry;
            }
        }
        return null;
    }

    /** An entry that the store has expires soon; it may be in memory, or gone. */
    void dueSoon(StoredDeadline entry) {
        if (paged.contains(entry.position())) {
            onDisk.add(entry);
        }
    }

    /** An entry stays in the store alone: its deadline is found there again, unless that has been looked at. */
    void leaveToStore(QueueEntry entry) {
        Deadline deadline = entry.deadline();
        if (deadline != null) {
            unwatch(entry);
            if (deadline.timeMs <= dueSearchedThroughMs.getAsLong()) {
                onDisk.add(new StoredDeadline(deadline.timeMs, level, entry.position()));
            }
        }
    }
}
