package io.leveret.broker.queue;

import io.leveret.broker.queue.ReadyEntries.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The ready entries of a queue by priority, the highest first: one {@link ReadyEntries} for each level that was ever used, which is
 * a single one for most queues. Guarded by the queue's lock.
 */
final class Levels {

    /** Of entries that returned and come before all others, whatever their priority. */
    static final int RETURNED = Integer.MAX_VALUE;

    private final Priorities priorities;
    private final LongSupplier dueSearchedThroughMs;

    /** The highest first; never empty. */
    private ReadyEntries[] used;

    /** Those that may not be given out before their time; null while there never was one. */
    private @Nullable ReturnedEntries delayed;

    /** How often entries have returned to a queue that keeps the order of returns. */
    private long returns;

    /** @param dueSearchedThroughMs up to which time deadlines in the store were searched for, and told */
    Levels(Priorities priorities, LongSupplier dueSearchedThroughMs) {
        this.priorities = priorities;
        this.dueSearchedThroughMs = dueSearchedThroughMs;
        this.used = new ReadyEntries[] {newLevel(priorities.usual())};
    }

    private Levels(Levels other) {
        this.priorities = other.priorities;
        this.dueSearchedThroughMs = other.dueSearchedThroughMs;
        this.returns = other.returns;
        this.used = Arrays.stream(other.used)
                .map(level -> level.successor(this::waitForTime))
                .toArray(ReadyEntries[]::new);
    }

    private ReadyEntries newLevel(int level) {
        return new ReadyEntries(level, new Departed(), dueSearchedThroughMs, this::waitForTime);
    }

    /** Empty ones for the same queue; these are nobody's then. */
    Levels successor() {
        return new Levels(this);
    }

    /** One level; made if it was not used before. */
    ReadyEntries level(int level) {
        int at = indexOf(level);
        if (at == used.length || used[at].level() != level) {
            ReadyEntries[] more = new ReadyEntries[used.length + 1];
            System.arraycopy(used, 0, more, 0, at);
            more[at] = newLevel(level);
            System.arraycopy(used, at, more, at + 1, used.length - at);
            used = more;
        }
        return used[at];
    }

    /** Where a level is, or would be. */
    private int indexOf(int level) {
        int at = 0;
        while (at < used.length && used[at].level() > level) {
            at++;
        }
        return at;
    }

    /** Whether a level is one of these, so that what was read for it is of use. */
    boolean has(ReadyEntries level) {
        int at = indexOf(level.level());
        return at < used.length && used[at] == level;
    }

    List<ReadyEntries> all() {
        return Arrays.asList(used);
    }

    /** The level that gives out next: the highest one that has any; the lowest if none has. */
    private ReadyEntries top() {
        int at = 0;
        while (at < used.length - 1 && used[at].isEmpty()) {
            at++;
        }
        return used[at];
    }

    private long sum(ToLongFunction<ReadyEntries> of) {
        long sum = 0;
        for (ReadyEntries level : used) {
            sum += of.applyAsLong(level);
        }
        return sum;
    }

    boolean isEmpty() {
        return top().isEmpty();
    }

    long size() {
        return sum(ReadyEntries::size);
    }

    long bytes() {
        return sum(ReadyEntries::bytes);
    }

    /** What the messages' bodies take, also of those that wait for their time. */
    long bodyBytes() {
        return sum(ReadyEntries::bodyBytes) + (delayed == null ? 0 : delayed.bodyBytes());
    }

    long memoryBytes() {
        return sum(ReadyEntries::memoryBytes) + (delayed == null ? 0 : delayed.memoryBytes());
    }

    long pagedEntries() {
        return sum(ReadyEntries::pagedEntries);
    }

    /** Up to where entries stand of which only the store knows; 0 if there are none. */
    long pagedThrough() {
        long through = 0;
        for (ReadyEntries level : used) {
            through = Math.max(through, level.pagedThrough());
        }
        return through;
    }

    /** Adds a new entry. Those of one burst come in order, and {@link #endBurst} follows. */
    void add(QueueEntry entry) {
        (used.length == 1 && used[0].level() == entry.level() ? used[0] : level(entry.level())).add(entry);
    }

    void endBurst() {
        for (ReadyEntries level : used) {
            level.endBurst();
        }
    }

    /** Takes an entry back that was taken before. */
    void putBack(QueueEntry entry, boolean droppable) {
        if (entry.retryAtMs() > 0) {
            if (droppable && entry.hasMessage()) {
                entry.dropMessage();
            }
            waitForTime(entry);
            return;
        }
        if (priorities.returnedFirst()) {
            entry.returnedAs(++returns);
        }
        levelOf(entry).putBack(entry, droppable);
    }

    private void waitForTime(QueueEntry entry) {
        if (delayed == null) {
            delayed = new ReturnedEntries(QueueEntry::compareByRetry);
        }
        delayed.add(entry);
    }

    /** How many wait for their time. */
    long delayed() {
        return delayed == null ? 0 : delayed.size();
    }

    /** Lets the first of those that wait return, if its time has come. */
    boolean retryOne(long nowMs) {
        if (firstRetryMs() > nowMs || delayed == null) {
            return false;
        }
        QueueEntry entry = delayed.first();
        delayed.take(entry);
        entry.retryAt(0);
        putBack(entry, false);
        return true;
    }

    private long firstRetryMs() {
        return delayed == null || delayed.isEmpty() ? Long.MAX_VALUE : delayed.first().retryAtMs();
    }

    private ReadyEntries levelOf(QueueEntry entry) {
        return level(entry.hasReturned() ? RETURNED : entry.level());
    }

    boolean hasNext() {
        return top().hasNext();
    }

    /** Takes the first entry; only if {@link #hasNext}. */
    QueueEntry poll() {
        return top().poll();
    }

    /** Whether the first entry, which can be taken, has expired. */
    boolean startsExpired(long nowMs) {
        return top().startsExpired(nowMs);
    }

    /** When the next entry expires or may return, in milliseconds since 1970; the largest number if none is known to. */
    long firstDeadlineMs() {
        long first = firstRetryMs();
        for (ReadyEntries level : used) {
            first = Math.min(first, level.firstDeadlineMs());
        }
        return first;
    }

    /** Takes out an entry in memory that has expired, wherever it stands; null if there is none. */
    @Nullable
    QueueEntry pollExpired(long nowMs) {
        for (ReadyEntries level : used) {
            QueueEntry expired = level.pollExpired(nowMs);
            if (expired != null) {
                return expired;
            }
        }
        return null;
    }

    /** Takes out an entry that has expired and that only the store has; null if there is none. */
    @Nullable
    StoredDeadline pollExpiredOnDisk(long nowMs) {
        for (ReadyEntries level : used) {
            StoredDeadline expired = level.pollExpiredOnDisk(nowMs);
            if (expired != null) {
                return expired;
            }
        }
        return null;
    }

    /** Drops from memory what the store has, apart from a small window of each level; whether there may be more. */
    boolean drop(long bound, int max) {
        boolean more = delayed != null && delayed.dropMessages(bound, max);
        for (ReadyEntries level : used) {
            more |= level.drop(bound, max);
        }
        return more;
    }

    /** Chooses what to spill next, what is given out last at first. */
    SpillBatch nextSpill(long bound, int max) {
        SpillBatch batch = new SpillBatch(used[0]);
        for (int at = used.length - 1; at >= 0 && batch.isEmpty(); at--) {
            batch = used[at].nextSpill(bound, max);
        }
        return batch;
    }

    /** Whether something should be read before it is missed. */
    boolean wantsLoad(Window size) {
        return wanting(size) != null;
    }

    /** What to read next; null if nothing is wanted any more. */
    @Nullable
    Load nextLoad(Window size) {
        ReadyEntries wanting = wanting(size);
        return wanting == null ? null : wanting.nextLoad(size);
    }

    /** Nothing is read ahead below a level that has enough in memory. */
    private @Nullable ReadyEntries wanting(Window size) {
        for (ReadyEntries level : used) {
            if (level.wantsLoad(size)) {
                return level;
            }
            if (!level.isEmpty()) {
                return null;
            }
        }
        return null;
    }

    /** Where everything is that was spilled. */
    List<Spill.Slot> slots() {
        List<Spill.Slot> slots = new ArrayList<>();
        for (ReadyEntries level : used) {
            slots.addAll(level.slots());
        }
        return slots;
    }

    /** Whether {@link #slots} may have something: a quick look. */
    boolean mayHaveSlots() {
        return Arrays.stream(used).anyMatch(ReadyEntries::mayHaveSlots);
    }

    /** The positions, from {@code bound} on, of what is in memory and in the store at one level, growing. Takes entries out. */
    long[] takeStoredFrom(ReadyEntries level, long bound) {
        long[] own = level.takeStoredFrom(bound);
        ReadyEntries returned = used[0];
        if (returned.level() == RETURNED && returned != level) {
            own = Purged.union(own, returned.returnedStoredFrom(level.level(), bound));
        }
        return delayed == null ? own : Purged.union(own, delayed.storedFrom(level.level(), bound));
    }
}
