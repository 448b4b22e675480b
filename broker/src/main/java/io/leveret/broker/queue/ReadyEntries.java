package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Spill.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a queue that wait for a consumer, in the order of their positions: in memory a window at the head and a
 * tail, between them those that are paged out. While nothing is, all stand in the window. What returns stands apart, before
 * anything that is paged out. Guarded by the queue's lock.
 */
final class ReadyEntries {

    /** {@link LevelSums}' own. */
    final LevelSums.Part part = new LevelSums.Part();

    /** Its place among the levels, and whether something came to it since it was seen to be empty: {@link Levels}' own. */
    int at;

    boolean busy;

    /** Whether the first entry of the present burst stands behind all others, and so the rest does. */
    boolean burstAtEnd;

    private final int level;
    private final ReturnedEntries returned = new ReturnedEntries(QueueEntry::compare);
    private final PagedOut paged;
    private final Departed departed;

    private final Expiries expiries;
    private final DelayedEntries delayed;

    /** All of them with their messages, as in the tail. */
    private EntryChunks window = new EntryChunks();

    private EntryChunks tail = new EntryChunks();

    private final TakenThrough taken;

    /** Of the present burst, what does not go to the end; null while there is nothing. */
    private @Nullable List<QueueEntry> late;

    /**
     * @param level the priority of them all, or {@link Levels#RETURNED}
     * @param departed what the store may show though it has left
     * @param dueSearchedThroughMs up to which time deadlines in the store were searched for, and told
     * @param delayed takes what was read and has to wait for its time
     */
    ReadyEntries(int level, Departed departed, LongSupplier dueSearchedThroughMs, DelayedEntries delayed) {
        this(level, departed, dueSearchedThroughMs, delayed, new TakenThrough());
    }

    private ReadyEntries(
            int level,
            Departed departed,
            LongSupplier dueSearchedThroughMs,
            DelayedEntries delayed,
            TakenThrough taken) {
        this.taken = taken;
        this.delayed = delayed;
        this.level = level;
        this.departed = departed;
        this.paged = new PagedOut(departed);
        this.expiries = new Expiries(level, paged, dueSearchedThroughMs);
    }

    /** An empty one for the same queue; this one is nobody's then. */
    ReadyEntries successor(LongSupplier dueSearchedThroughMs, DelayedEntries nextDelayed) {
        return new ReadyEntries(level, departed, dueSearchedThroughMs, nextDelayed, taken);
    }

    int level() {
        return level;
    }

    /** What the store may show though it has left. */
    Departed departed() {
        return departed;
    }

    /** Begins with all entries in the store. */
    void recovered(long throughPosition, long count, long bytes) {
        paged.recovered(throughPosition, count, bytes);
    }

    long size() {
        return (long) window.size() + returned.size() + tail.size() + paged.entries();
    }

    boolean isEmpty() {
        return window.isEmpty() && returned.isEmpty() && paged.isEmpty() && tail.isEmpty();
    }

    long bytes() {
        return window.bytes() + returned.bytes() + tail.bytes() + paged.bytes();
    }

    /** What the messages' bodies take. */
    long bodyBytes() {
        return window.bodyBytes() + returned.bodyBytes() + tail.bodyBytes() + paged.bodyBytes();
    }

    long memoryBytes() {
        return window.memoryBytes() + returned.memoryBytes() + paged.memoryBytes() + tail.memoryBytes();
    }

    long pagedEntries() {
        return paged.entries();
    }

    TakenThrough taken() {
        return taken;
    }

    /** Adds a new entry. Those of one burst come in order, and {@link #endBurst} follows. */
    void add(QueueEntry entry) {
        if (burstAtEnd) {
            end().add(entry);
        } else {
            addFirst(entry);
        }
        expiries.watch(entry);
    }

    /** Loops append side by side, so a burst may come after one with higher positions. */
    private void addFirst(QueueEntry entry) {
        EntryChunks end = endFor(entry, false);
        if (late != null) {
            late.add(entry);
        } else if (end != null) {
            end.add(entry);
            burstAtEnd = true;
        } else {
            late = new ArrayList<>();
            late.add(entry);
        }
    }

    /** Where a new entry goes; null if others stand behind it. {@code plain} if all of this surely {@link #isPlain}. */
    @Nullable
    EntryChunks endFor(QueueEntry entry, boolean plain) {
        EntryChunks end = plain ? window : end();
        return end.isEmpty() || entry.standsBehind(end.last()) ? end : null;
    }

    void endBurst() {
        burstAtEnd = false;
        if (late != null) {
            end().insert(late);
            late = null;
        }
    }

    /** When the next entry expires, in milliseconds since 1970; the largest number if none is known to. */
    long firstDeadlineMs() {
        return expiries.firstMs();
    }

    /** Takes out an entry in memory that has expired, wherever it stands; null if there is none, or one on the disk is first. */
    @Nullable
    QueueEntry pollExpired(long nowMs) {
        QueueEntry expired = expiries.firstInMemory(nowMs);
        if (expired != null) {
            remove(expired);
        }
        return expired;
    }

    /** Takes out an entry that has expired and that only the store has; null if there is none. */
    @Nullable
    StoredDeadline pollExpiredOnDisk(long nowMs) {
        StoredDeadline expired = expiries.pollOnDisk(nowMs);
        if (expired != null) {
            endPageOut();
        }
        return expired;
    }

    /** An entry that the store has expires soon; it may be in memory, or gone. */
    void dueSoon(StoredDeadline entry) {
        expiries.dueSoon(entry);
    }

    /** Takes out an entry that is here, wherever it stands, with its message or without. */
    void remove(QueueEntry entry) {
        expiries.unwatch(entry);
        if (!returned.take(entry)) {
            if (!entry.hasMessage()) {
                paged.removeSpilled(entry);
            } else if (!tail.isEmpty() && !entry.isBefore(tail.first())) {
                tail.remove(entry);
            } else {
                window.remove(entry);
            }
            endPageOut();
        }
        entry.gone();
    }

    private EntryChunks end() {
        return paged.isEmpty() ? window : tail;
    }

    /** Takes an entry back that was taken before. */
    void putBack(QueueEntry entry, boolean droppable) {
        if (droppable && entry.hasMessage() && returned.isBeyond(Window.SMALL)) {
            entry.dropMessage();
        }
        returned.add(entry);
        expiries.watch(entry);
    }

    /** The first entry, if it can be taken now; null if it has to be read before, or there is none. */
    @Nullable
    QueueEntry next() {
        QueueEntry next = window.isEmpty() ? null : window.first();
        if (returned.isEmpty() || (next != null && next.isBefore(returned.first()))) {
            return next;
        }
        return returned.startsBare() ? null : returned.first();
    }

    /** As {@link #next}, be it without its message; null if only the store has what comes first, or there is none. */
    @Nullable
    QueueEntry nextBare() {
        QueueEntry next = next();
        if (next != null) {
            return next;
        }
        return returned.isEmpty() ? paged.firstSpilled() : returned.first();
    }

    /** What is paged out, if nothing stands before it; {@link #endPageOut} follows when something is taken out of it. */
    @Nullable
    PagedOut pagedFirst() {
        return window.isEmpty() && returned.isEmpty() ? paged : null;
    }

    /** Whether an entry that was taken apart stands before all of these; what is paged out is behind all such. */
    boolean standsBehind(QueueEntry apart) {
        return (window.isEmpty() || apart.isBefore(window.first()))
                && (returned.isEmpty() || apart.isBefore(returned.first()));
    }

    /** Whether the window's entries can be taken one after the other, if it has any: nothing else comes first, and none expires. */
    boolean isRun() {
        return returned.isEmpty() && expiries.areNoneInMemory();
    }

    /** Whether the {@link #isRun run} is at its end. */
    boolean hasRunOut() {
        return window.isEmpty();
    }

    /** Takes out the first one of a {@link #isRun run}. */
    QueueEntry takeFromRun() {
        QueueEntry entry = window.poll();
        taken(entry);
        return entry;
    }

    /** Takes out what {@link #next} tells. */
    void take(QueueEntry next) {
        takeOut(next);
        taken(next);
    }

    /** Likewise, but nobody is given it: it waits apart. */
    void takeApart(QueueEntry next) {
        takeOut(next);
        taken.apart(next);
    }

    private void takeOut(QueueEntry next) {
        if (returned.isEmpty() || !returned.take(next)) {
            window.removeFirst();
        }
        expiries.unwatch(next);
    }

    /** Notes that an entry was given out, which may never have been here. */
    void taken(QueueEntry entry) {
        taken.given(entry);
    }

    /**
     * Drops from memory what the store has, apart from a small window.
     *
     * @param bound only entries below this position
     * @param max how many entries are looked at
     * @return whether there may be more to drop
     */
    boolean drop(long bound, int max) {
        boolean moreReturned = returned.dropMessages(bound, max);
        beginPageOut();
        boolean moreInTail = pageOutTail(bound, max, new SpillBatch(this));
        endPageOut();
        // While nothing can be paged out, the next slice would only look at the same entries.
        return moreReturned || (moreInTail && !paged.isEmpty());
    }

    /** Chooses what to spill; apart from that drops what {@link #drop} does. */
    SpillBatch nextSpill(long bound, int max) {
        SpillBatch batch = new SpillBatch(this);
        beginPageOut();
        for (QueueEntry entry : tail.peek(max)) {
            if (entry.position() >= bound || batch.isFull()) {
                break;
            }
            if (!entry.stored() && taken.isBefore(entry)) {
                batch.add(entry);
            }
        }
        endPageOut();
        returned.chooseToSpill(batch, max);
        return batch;
    }

    /**
     * Drops the messages that were spilled of entries which still wait, as far as they stand next to what is paged out.
     *
     * @param max how many entries are looked at; those chosen stand among the first
     * @param apart takes the slot of an entry that stands elsewhere; false if that does not want it
     * @param freed takes the slots of the others
     */
    void spilled(SpillBatch batch, long bound, int max, BiPredicate<QueueEntry, Slot> apart, List<Slot> freed) {
        beginPageOut();
        pageOutTail(bound, max, batch);
        endPageOut();
        batch.forEachLeft((entry, slot) -> {
            if (!returned.spilled(entry, slot) && !apart.test(entry, slot)) {
                freed.add(slot);
            }
        });
    }

    private void beginPageOut() {
        if (paged.isEmpty()) {
            EntryChunks head = window.takeFirst(Window.SMALL.entries, Window.SMALL.bytes);
            tail = window;
            window = head;
        } else if (window.size() > 2 * Window.SMALL.entries || window.bytes() > 2 * Window.SMALL.bytes) {
            // A smaller one may just have been read, and dropping it would have it read again.
            pageOutWindow();
        }
    }

    void endPageOut() {
        if (paged.isEmpty()) {
            window.append(tail);
        }
    }

    /**
     * From the window's end as far as the store has everything. What the window holds while something is paged out is never
     * much.
     */
    private void pageOutWindow() {
        while (window.size() > Window.SMALL.entries || (window.bytes() > Window.SMALL.bytes && window.size() > 1)) {
            QueueEntry last = window.last();
            if (!last.stored() || !taken.isBefore(last)) {
                return;
            }
            QueueEntry entry = window.pollLast();
            expiries.leaveToStore(entry);
            paged.addStoredFirst(entry);
        }
    }

    /** From the tail's beginning; whether there may be more to page out. */
    private boolean pageOutTail(long bound, int max, SpillBatch written) {
        for (int looked = 0; looked < max; looked++) {
            if (tail.isEmpty() || tail.first().position() >= bound || !pageOutFirst(written)) {
                return false;
            }
        }
        return true;
    }

    private boolean pageOutFirst(SpillBatch written) {
        QueueEntry entry = tail.first();
        if (!taken.isBefore(entry)) {
            // It came late. What came earlier and stood behind it may be paged out already: then it has to wait.
            if (paged.isEmpty()) {
                window.add(tail.poll());
                return true;
            }
            return false;
        }
        if (entry.stored()) {
            expiries.leaveToStore(tail.poll());
            paged.addStored(entry);
            return true;
        }
        Slot slot = written.take(entry);
        if (slot != null) {
            paged.addSpilled(tail.poll(), slot);
        }
        return slot != null;
    }

    boolean isInMemory() {
        return returned.isEmpty() && paged.isEmpty();
    }

    /** Whether all of it is in memory, in order, and never expires. */
    boolean isPlain() {
        return isInMemory() && expiries.firstMs() == Long.MAX_VALUE;
    }

    /** Whether something should be read before it is missed. */
    boolean wantsLoad(Window size) {
        if (returned.wantsLoad(size)) {
            return true;
        }
        return !paged.isEmpty() && window.size() <= size.entries / 2 && window.bytes() <= size.bytes / 2;
    }

    /** What to read next; null if nothing is wanted any more. */
    @Nullable
    Load nextLoad(Window size) {
        if (!wantsLoad(size)) {
            return null;
        }
        if (returned.wantsLoad(size)) {
            return new Load.OfMessages(this, returned.firstBare(size));
        }
        return paged.nextLoad(this, size);
    }

    /**
     * Takes in the messages that were read for entries which have none.
     *
     * @param freed takes the slots that are not needed any more
     * @return how many entries turned out to be nowhere
     */
    long loaded(Load.OfMessages load, List<@Nullable Message> read, List<Slot> freed, LostEntries lost) {
        return load.takeIn(read, freed, returned::restore, this::remove, lost);
    }

    /**
     * Takes in what was read of that which is paged out.
     *
     * @param stretch the entries that only the store had
     * @param freed takes the slots that are not needed any more
     * @return how many entries turned out to be nowhere
     */
    long loaded(
            Load.OfPaged load,
            List<QueueEntry> stretch,
            List<@Nullable Message> messages,
            List<Slot> freed,
            LostEntries lost) {
        if (paged.isEmpty()) {
            return 0;
        }
        long missing =
                paged.take(load, stretch, messages, new WindowSink(window, taken, delayed, expiries, lost), freed);
        endPageOut();
        return missing;
    }

    /** Where everything is that was spilled. */
    List<Slot> slots() {
        List<Slot> slots = new ArrayList<>();
        paged.slots(slots);
        returned.slots(slots);
        return slots;
    }

    /** Whether {@link #slots} may have something: a quick look. */
    boolean mayHaveSlots() {
        return paged.hasSpilled() || returned.hasBare();
    }

    /** Up to where entries stand of which only the store knows; 0 if there are none. */
    long pagedThrough() {
        return paged.through();
    }

    /** The positions, from {@code bound} on, of what is in memory and in the store. Takes entries out. */
    long[] takeStoredFrom(long bound) {
        LongStream.Builder found = LongStream.builder();
        returned.storedFrom(bound, found);
        window.takeStoredFrom(bound, found);
        tail.takeStoredFrom(bound, found);
        return found.build().sorted().toArray();
    }

    /** The positions, from {@code bound} on, of what has returned and which the store has at that level; growing. */
    long[] returnedStoredFrom(int ofLevel, long bound) {
        return returned.storedFrom(ofLevel, bound);
    }
}
