package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Backlog.ListedEntry;
import io.leveret.broker.queue.Load.Stretch;
import io.leveret.broker.queue.Spill.Slot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The middle of a queue while memory is short: entries that only the store has, which are a mere count, and among them those
 * that it has not, which stay in memory without their messages. Guarded by the queue's lock.
 */
final class PagedOut {

    private final PagedRange range;
    private final EntryChunks spilled = new EntryChunks();

    PagedOut(Departed departed) {
        this.range = new PagedRange(departed);
    }

    /** Takes what was read. */
    interface Sink extends LostEntries {

        /** Under way to a consumer: the next in order. */
        void read(QueueEntry entry);
    }

    boolean isEmpty() {
        return range.isEmpty() && spilled.isEmpty();
    }

    long entries() {
        return range.entries() + spilled.size();
    }

    long bytes() {
        return range.bytes() + spilled.bytes();
    }

    long bodyBytes() {
        return range.bodyBytes() + spilled.bodyBytes();
    }

    long memoryBytes() {
        return (long) spilled.size() * QueueEntry.BARE_BYTES;
    }

    void recovered(long throughPosition, long count, long countBytes) {
        range.recovered(throughPosition, count, countBytes);
    }

    /** The last position of what only the store has; 0 if that is nothing. */
    long through() {
        return range.isEmpty() ? 0 : range.through();
    }

    /** Takes in an entry that the store has and that stands behind all others. */
    void addStored(QueueEntry entry) {
        range.extend(entry);
    }

    /** Takes in an entry that stands behind all others, and drops its message, which was written. */
    void addSpilled(QueueEntry entry, Slot slot) {
        entry.spilled(slot);
        spilled.add(entry);
    }

    /** Takes in an entry that the store has and that stands before all others. */
    void addStoredFirst(QueueEntry entry) {
        range.extendDown(entry);
    }

    /** Whether only the store has an entry with that position. */
    boolean contains(long position) {
        return range.contains(position);
    }

    /** Takes out an entry that was spilled; its slot is the caller's. */
    void removeSpilled(QueueEntry entry) {
        spilled.remove(entry);
    }

    /** Takes out an entry that only the store has; false if it is not here. */
    boolean remove(long position) {
        if (!range.contains(position)) {
            return false;
        }
        range.remove();
        return true;
    }

    /** What to read first; only if there is something. */
    Load.OfPaged nextLoad(ReadyEntries owner, Window size) {
        boolean spilledFirst = !spilled.isEmpty() && standsBeforeRange(spilled.first());
        Stretch stretch = spilledFirst ? null : new Stretch(range.version(), range.from(), range.through(), size);
        List<QueueEntry> without = new ArrayList<>();
        long bytes = 0;
        for (QueueEntry entry : spilled.peek(size.entries)) {
            if (bytes >= size.bytes || (spilledFirst && !standsBeforeRange(entry))) {
                break;
            }
            without.add(entry);
            bytes += entry.bytes();
        }
        return new Load.OfPaged(owner, stretch, without);
    }

    private boolean standsBeforeRange(QueueEntry entry) {
        return range.isEmpty() || entry.position() < range.from();
    }

    /** What the store lists first; null if it is not what comes first. */
    Load.@Nullable OfExcess nextExcess(ReadyEntries owner, Window size) {
        Load.OfPaged first = range.isEmpty() ? null : nextLoad(owner, size);
        Stretch stretch = first == null ? null : first.stretch();
        return first == null || stretch == null ? null : new Load.OfExcess(stretch, first);
    }

    /** Whether one of a stretch, those before it having left, still comes first. */
    boolean comesFirst(Stretch stretch, long position) {
        if (range.isEmpty() || stretch.version() != range.version()) {
            return false;
        }
        if (spilled.isEmpty() || position <= spilled.first().position()) {
            return true;
        }
        // So it shows that what was spilled stands before it.
        range.beginsAt(position);
        return false;
    }

    /** Takes out what {@link #comesFirst}; false if it had left already. */
    boolean takeUnread(ListedEntry first) {
        if (range.isGone(first.position())) {
            range.skipped(first.position());
            return false;
        }
        range.left(first);
        return true;
    }

    /** What was spilled and comes first; null if it is nothing. */
    @Nullable
    QueueEntry firstSpilled() {
        return !spilled.isEmpty() && standsBeforeRange(spilled.first()) ? spilled.first() : null;
    }

    /**
     * Moves what was read to the window, in order.
     *
     * @param stretch of the entries that only the store had
     * @param messages of those that were in memory without
     * @param window takes in what was read
     * @param freed takes the slots that are not needed any more
     * @return how many entries turned out to be nowhere
     */
    long take(
            Load.OfPaged load,
            List<QueueEntry> stretch,
            List<@Nullable Message> messages,
            Sink window,
            List<Slot> freed) {
        Stretch asked = load.stretch();
        if (asked != null) {
            if (range.isEmpty() || asked.version() != range.version()) {
                return 0;
            }
            if (stretch.isEmpty()) {
                return asked.through() == range.through() ? loseRange(window) : 0;
            }
        }
        long missing = 0;
        int moved = 0;
        for (int i = 0; i < messages.size(); i++) {
            QueueEntry entry = load.spilled().get(i);
            if (entry.isGone()) {
                continue;
            }
            moved = moveThrough(entry.position(), stretch, moved, window);
            if (asked == null && !standsBeforeRange(entry)) {
                // Something was put before it meanwhile.
                return missing;
            }
            spilled.poll();
            missing += takeSpilled(entry, messages.get(i), window, freed);
        }
        moved = moveThrough(spilled.isEmpty() ? Long.MAX_VALUE : spilled.first().position(), stretch, moved, window);
        if (moved < stretch.size()) {
            // Positions between belong to other queues: so it shows that what was spilled stands before it.
            range.beginsAt(stretch.get(moved).position());
        }
        return missing;
    }

    private int moveThrough(long position, List<QueueEntry> stretch, int from, Sink window) {
        int next = from;
        while (next < stretch.size() && stretch.get(next).position() <= position) {
            QueueEntry entry = stretch.get(next++);
            if (range.isGone(entry.position())) {
                range.skipped(entry.position());
            } else {
                range.loaded(entry);
                window.read(entry);
            }
        }
        return next;
    }

    private static int takeSpilled(QueueEntry entry, @Nullable Message read, Sink window, List<Slot> freed) {
        Slot slot = entry.slot();
        if (slot != null) {
            freed.add(slot);
        }
        if (read == null) {
            window.lost(entry);
            return 1;
        }
        entry.restore(read);
        window.read(entry);
        return 0;
    }

    private long loseRange(Sink window) {
        long lost = range.entries();
        window.lostStretch(range.from(), range.through());
        range.clear();
        return lost;
    }

    /** Shows where all that was spilled is. */
    void slots(List<Slot> sink) {
        for (QueueEntry entry : spilled.peek(spilled.size())) {
            Slot slot = entry.slot();
            if (slot != null) {
                sink.add(slot);
            }
        }
    }

    boolean hasSpilled() {
        return !spilled.isEmpty();
    }
}
