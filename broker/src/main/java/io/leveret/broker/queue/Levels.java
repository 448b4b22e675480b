package io.leveret.broker.queue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongSupplier;
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

    /** The same, each at its number; but for that of what has returned. */
    private final @Nullable ReadyEntries[] byNumber;

    /** The places of those to which something came; the others are empty. */
    private final BitSet busy;

    /** Whether a single level is all that there is, as in most queues: those look no further. */
    private boolean single;

    /** Whether all are in memory, in order, and never expire; false from when that may change until the next {@link #look}. */
    private boolean plain;

    /** Of a single level there are none. */
    private final LevelSums sums;

    /** While several levels are plain, what they take of the heap: each crossing of the queue's lock asks for it. */
    private long plainMemoryBytes;

    /** Whether anything here ever had a deadline. */
    private boolean timed;

    private final DelayedEntries delayed;

    /** Those that were looked past, since their group is held up; null in a queue without groups, else there is a single level. */
    private final @Nullable SetAside aside;

    /** How often entries have returned to a queue that keeps the order of returns. */
    private long returns;

    /**
     * @param dueSearchedThroughMs up to which time deadlines in the store were searched for, and told
     * @param aside null in a queue without groups
     */
    Levels(Priorities priorities, LongSupplier dueSearchedThroughMs, @Nullable SetAside aside) {
        this.priorities = priorities;
        this.aside = aside;
        this.delayed = new DelayedEntries(aside);
        this.dueSearchedThroughMs = dueSearchedThroughMs;
        this.byNumber = new ReadyEntries[priorities.levels()];
        this.sums = new LevelSums(priorities);
        this.busy = new BitSet(priorities.levels() + 1);
        this.used = new ReadyEntries[] {newLevel(priorities.usual())};
        number();
    }

    private Levels(Levels other) {
        this.priorities = other.priorities;
        this.dueSearchedThroughMs = other.dueSearchedThroughMs;
        this.returns = other.returns;
        this.aside = other.aside == null ? null : other.aside.successor();
        this.delayed = new DelayedEntries(aside);
        this.timed = other.timed;
        this.used = Arrays.stream(other.used)
                .map(level -> level.successor(dueSearchedThroughMs, delayed))
                .toArray(ReadyEntries[]::new);
        this.byNumber = new ReadyEntries[priorities.levels()];
        this.sums = new LevelSums(priorities);
        this.busy = new BitSet(priorities.levels() + 1);
        number();
    }

    private void number() {
        plain = false;
        single = isSingle() && aside == null;
        for (int at = 0; at < used.length; at++) {
            used[at].at = at;
            used[at].busy = true;
            if (used[at].level() != RETURNED) {
                byNumber[used[at].level()] = used[at];
            }
        }
        sums.placed(used);
        busy.set(0, used.length);
    }

    private ReadyEntries newLevel(int level) {
        return new ReadyEntries(level, new Departed(), dueSearchedThroughMs, delayed);
    }

    /** Empty ones for the same queue; these are nobody's then. */
    Levels successor() {
        return new Levels(this);
    }

    /** One level; made if it was not used before. Whoever asks may change it. */
    ReadyEntries level(int level) {
        ReadyEntries found = level == RETURNED ? used[0] : byNumber[level];
        return fills(found != null && found.level() == level ? found : begin(level));
    }

    /** Something may come to a level. */
    private ReadyEntries fills(ReadyEntries level) {
        setBusy(level);
        return changed(level);
    }

    private void setBusy(ReadyEntries level) {
        if (!level.busy) {
            level.busy = true;
            busy.set(level.at);
        }
    }

    /** Something may be otherwise in a level from now on. */
    ReadyEntries changed(ReadyEntries level) {
        plain = false;
        return outOfDate(level);
    }

    /** A level's part of the sums is out of date from now on. */
    private ReadyEntries outOfDate(ReadyEntries level) {
        if (!isSingle()) {
            sums.changed(level);
        }
        return level;
    }

    /** How far entries of a level were ever taken; null if there never was any. */
    @Nullable
    TakenThrough taken(int level) {
        ReadyEntries found = byNumber[level];
        return found == null ? null : found.taken();
    }

    /** How far entries were taken is to be told again. */
    void untold() {
        for (ReadyEntries level : used) {
            level.taken().untold();
        }
    }

    private ReadyEntries levelOf(QueueEntry entry) {
        ReadyEntries level = byNumber[entry.level()];
        return level == null ? begin(entry.level()) : level;
    }

    private ReadyEntries begin(int level) {
        int at = indexOf(level);
        ReadyEntries[] more = new ReadyEntries[used.length + 1];
        System.arraycopy(used, 0, more, 0, at);
        more[at] = newLevel(level);
        System.arraycopy(used, at, more, at + 1, used.length - at);
        used = more;
        number();
        return used[at];
    }

    /** Whether all is as in most queues at most times; quick. */
    boolean isPlain() {
        assert !plain || isSeenPlain();
        return plain;
    }

    /** Whether all is as it has to be while it is plain: slow. */
    private boolean isSeenPlain() {
        long memoryBytes = all().stream().mapToLong(ReadyEntries::memoryBytes).sum();
        return aside == null
                && delayed.isEmpty()
                && all().stream().allMatch(level -> level.isPlain() && (level.isEmpty() || busy.get(level.at)))
                && memoryBytes == memoryBytes();
    }

    /** Finds out whether all {@link #isPlain}. */
    void look() {
        timed = timed && firstDeadlineMs() != Long.MAX_VALUE;
        plain = aside == null
                && delayed.isEmpty()
                && (isSingle() ? used[0].isPlain() : sums.upToDate(used).arePlain());
        plainMemoryBytes = sums.memoryBytes();
    }

    private boolean isSingle() {
        return used.length == 1;
    }

    /** Where a level is, or would be. */
    private int indexOf(int level) {
        int at = 0;
        while (at < used.length && used[at].level() > level) {
            at++;
        }
        return at;
    }

    /** Whether a level is one of these, so that what was read for it is of use. Whoever asks may change it. */
    boolean has(ReadyEntries level) {
        boolean found = level.at < used.length && used[level.at] == level;
        if (found) {
            fills(level);
            // Some of what is read may have a deadline.
            timed = true;
        }
        return found;
    }

    List<ReadyEntries> all() {
        return Arrays.asList(used);
    }

    /** The level that gives out next: the highest one that has any; the lowest if none has. */
    ReadyEntries top() {
        if (isSingle()) {
            return used[0];
        }
        int at = busy.nextSetBit(0);
        while (at >= 0 && isIdle(used[at])) {
            used[at].busy = false;
            busy.clear(at);
            at = busy.nextSetBit(at + 1);
        }
        return used[at >= 0 ? at : used.length - 1];
    }

    private boolean isIdle(ReadyEntries level) {
        return plain ? level.hasRunOut() : level.isEmpty();
    }

    /** Null in a queue without groups. */
    @Nullable
    SetAside aside() {
        return aside;
    }

    /** The level of a queue that has only one. */
    ReadyEntries only() {
        return used[0];
    }

    /** Whether there is nothing to give out, be it after a read; what is set aside does not count while its group is held up. */
    boolean isEmpty() {
        return isIdle(top()) && (aside == null || !aside.wantsLoad());
    }

    /** Sees to it that an entry's level is there, which needs memory if it was not. */
    void prepare(QueueEntry entry) {
        levelOf(entry);
    }

    /** A {@link #prepare}d entry goes out that never was ready, since nothing is. */
    void passed(QueueEntry entry) {
        levelOf(entry).taken(entry);
    }

    long size() {
        if (single) {
            return used[0].size();
        }
        return aside == null ? sums.upToDate(used).size() : aside.size() + used[0].size();
    }

    long bytes() {
        if (single) {
            return used[0].bytes();
        }
        return aside == null ? sums.upToDate(used).bytes() : aside.bytes() + used[0].bytes();
    }

    /** What the messages' bodies take, also of those that wait for their time. */
    long bodyBytes() {
        long waiting = delayed.bodyBytes();
        if (single) {
            return waiting + used[0].bodyBytes();
        }
        return waiting + (aside == null ? sums.upToDate(used).bodyBytes() : aside.bodyBytes() + used[0].bodyBytes());
    }

    long memoryBytes() {
        long waiting = delayed.memoryBytes();
        if (single) {
            return waiting + used[0].memoryBytes();
        }
        if (plain) {
            return plainMemoryBytes;
        }
        return waiting
                + (aside == null ? sums.upToDate(used).memoryBytes() : aside.memoryBytes() + used[0].memoryBytes());
    }

    long pagedEntries() {
        return Arrays.stream(used).mapToLong(ReadyEntries::pagedEntries).sum();
    }

    /** Up to where entries stand of which only the store knows; 0 if there are none. */
    long pagedThrough() {
        return Arrays.stream(used).mapToLong(ReadyEntries::pagedThrough).max().orElse(0);
    }

    /** Adds a new entry. Those of one burst come in order, and {@link #endBurst} follows. */
    void add(QueueEntry entry) {
        watch(entry);
        ReadyEntries level = levelOf(entry);
        comesTo(level, entry);
        level.add(entry);
    }

    /** A new entry comes to a level, at its place. */
    private void comesTo(ReadyEntries level, QueueEntry entry) {
        if (!isSingle()) {
            plainMemoryBytes += entry.bytes() + QueueEntry.OVERHEAD_BYTES;
            setBusy(level);
            sums.changed(level);
        }
    }

    private void watch(QueueEntry entry) {
        if (entry.deadline() != null) {
            timed = true;
            plain = false;
        }
    }

    /**
     * Where a new entry goes that never expires, and the rest of its burst likewise unless these {@link #areSeveral}; null if each has to be
     * {@link #add}ed.
     */
    @Nullable
    EntryChunks endFor(QueueEntry entry) {
        if (priorities.areNone()) {
            return used[0].endFor(entry, plain);
        }
        ReadyEntries level = levelOf(entry);
        EntryChunks end = level.endFor(entry, plain);
        if (end != null) {
            comesTo(level, entry);
        }
        return end;
    }

    /** Whether entries may go to different levels. */
    boolean areSeveral() {
        return !priorities.areNone();
    }

    /** A new entry could not be taken in. */
    void failed() {
        // What they take of the heap is counted anew.
        plain = false;
    }

    void endBurst() {
        if (isSingle()) {
            used[0].endBurst();
        } else {
            sums.endBurst(used);
        }
    }

    /** Takes an entry back that was taken before. */
    void putBack(QueueEntry entry, boolean droppable) {
        watch(entry);
        plain = false;
        if (entry.retryAtMs() > 0) {
            delayed.add(entry, droppable);
            return;
        }
        if (aside != null && aside.putBack(entry, droppable)) {
            return;
        }
        if (priorities.returnedFirst()) {
            entry.returnedAs(++returns);
        }
        level(entry.hasReturned() ? RETURNED : entry.level()).putBack(entry, droppable);
    }

    /** How many wait for their time. */
    long delayed() {
        return delayed.size();
    }

    /** Lets the first of those that wait return, if its time has come. */
    boolean retryOne(long nowMs) {
        QueueEntry entry = delayed.poll(nowMs);
        if (entry == null) {
            return false;
        }
        entry.retryAt(0);
        putBack(entry, false);
        return true;
    }

    /** Takes out an entry that had left its queue before the last start, to be dead-lettered; null if there is none. */
    @Nullable
    QueueEntry pollDead() {
        return delayed.pollDead();
    }

    /** The first entry, if it can be taken now; null if it has to be read before, or there is none. */
    @Nullable
    QueueEntry next() {
        return aside == null ? top().next() : aside.next(used[0], true);
    }

    /** Likewise the first one that anybody may have. */
    @Nullable
    QueueEntry nextForAnybody() {
        return aside == null ? top().next() : aside.next(used[0], false);
    }

    /** The one that leaves first if there are too many; null if it has to be read before, or there is none. */
    @Nullable
    QueueEntry oldest() {
        QueueEntry apart = aside == null ? null : aside.first();
        return apart != null && used[0].standsBehind(apart) ? apart : top().next();
    }

    /** Takes out what {@link #oldest} tells. */
    void takeOldest(QueueEntry oldest) {
        if (aside == null || !aside.leave(oldest)) {
            take(oldest);
        }
    }

    /** Whether something is there, and has to be read before anything can be given out. */
    boolean lacksNext() {
        if (aside == null) {
            return top().next() == null && !isEmpty();
        }
        return nextForAnybody() == null && (aside.wantsLoad() || (used[0].next() == null && !used[0].isEmpty()));
    }

    /** The level whose entries can be taken one after the other, maybe none; null if something may come between them. */
    @Nullable
    ReadyEntries run() {
        ReadyEntries top = top();
        return plain || (aside == null && top.isRun()) ? outOfDate(top) : null;
    }

    /** Likewise, of what {@link #isPlain}. */
    ReadyEntries plainRun() {
        return outOfDate(top());
    }

    /** Takes out the first one of a {@link #run}. */
    QueueEntry takeFrom(ReadyEntries run) {
        QueueEntry entry = run.takeFromRun();
        if (!isSingle()) {
            plainMemoryBytes -= entry.bytes() + QueueEntry.OVERHEAD_BYTES;
        }
        return entry;
    }

    /** Takes out what {@link #next} tells. */
    void take(QueueEntry next) {
        changed(top()).take(next);
    }

    /** When the next entry expires or may return, in milliseconds since 1970; the largest number if none is known to. */
    long firstDeadlineMs() {
        if (!timed) {
            return delayed.firstMs();
        }
        long first = aside == null ? delayed.firstMs() : Math.min(delayed.firstMs(), aside.firstDeadlineMs());
        for (ReadyEntries level : used) {
            first = Math.min(first, level.firstDeadlineMs());
        }
        return first;
    }

    /** An entry that the store has expires soon; it may be in memory, or gone. */
    void dueSoon(StoredDeadline entry) {
        timed = true;
        level(entry.level()).dueSoon(entry);
    }

    /** What of this has expired. */
    Expired expired() {
        return new Expired(this, aside);
    }

    /** What of this may leave memory. */
    MemoryRelief relief() {
        return new MemoryRelief(this, aside, delayed);
    }

    /** Whether all of it surely is in memory: a quick look. */
    boolean isInMemory() {
        return isSingle() && used[0].isInMemory() && (aside == null || !aside.hasBare());
    }

    /** What of this should be read. */
    ReadAhead readAhead() {
        return new ReadAhead(this, aside);
    }

    /** What is left on the disk of what was taken out. */
    Leftovers leftovers() {
        return new Leftovers(all(), aside, delayed);
    }
}
