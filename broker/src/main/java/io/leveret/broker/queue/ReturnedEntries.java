package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Spill.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Entries that were given out and came back, each at its old place whatever the number: sorted sets, one of those that have
 * their message and one of those that must read it before. Guarded by the queue's lock.
 */
final class ReturnedEntries {

    private final Comparator<QueueEntry> order;
    private final TreeSet<QueueEntry> full;
    private final TreeSet<QueueEntry> bare;

    /** Of both: a queue asks for each message whether anything is here. */
    private int size;

    private long fullBytes;
    private long bareBytes;
    private long bodyBytes;

    /** @param order of the entries; while one is here, nothing changes that it looks at */
    ReturnedEntries(Comparator<QueueEntry> order) {
        this.order = order;
        this.full = new TreeSet<>(order);
        this.bare = new TreeSet<>(order);
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    long bytes() {
        return fullBytes + bareBytes;
    }

    /** What the bodies take. */
    long bodyBytes() {
        return bodyBytes;
    }

    long memoryBytes() {
        if (isEmpty()) {
            return 0;
        }
        return fullBytes + (long) full.size() * QueueEntry.OVERHEAD_BYTES + (long) bare.size() * QueueEntry.BARE_BYTES;
    }

    void add(QueueEntry entry) {
        place(entry);
        bodyBytes += entry.bodyBytes();
    }

    private void place(QueueEntry entry) {
        if (entry.hasMessage()) {
            full.add(entry);
            fullBytes += entry.bytes();
        } else {
            bare.add(entry);
            bareBytes += entry.bytes();
        }
        size++;
    }

    /** Whether there is more in memory than a small window needs. */
    boolean isBeyond(Window window) {
        return isBeyond(window, full.size(), fullBytes);
    }

    private static boolean isBeyond(Window window, int entries, long bytes) {
        return entries > window.entries || (bytes > window.bytes && entries > 1);
    }

    /** The first one; only if there is one. */
    QueueEntry first() {
        return startsBare() ? bare.first() : full.first();
    }

    /** Whether the first one has to read its message before. */
    boolean startsBare() {
        return !bare.isEmpty() && (full.isEmpty() || order.compare(bare.first(), full.first()) < 0);
    }

    /**
     * Drops messages that the store has, the last ones first, apart from a small window.
     *
     * @param readable below this position a message can be read again
     * @param max how many entries are looked at
     * @return whether there may be more to drop
     */
    boolean dropMessages(long readable, int max) {
        return dropMessages(readable, max, Set.of());
    }

    /** Likewise, but for {@code wanted} ones. */
    boolean dropMessages(long readable, int max, Set<QueueEntry> wanted) {
        Iterator<QueueEntry> lastFirst = full.descendingIterator();
        int looked = 0;
        boolean dropped = false;
        while (looked < max && isBeyond(Window.SMALL)) {
            if (!lastFirst.hasNext()) {
                return false;
            }
            QueueEntry entry = lastFirst.next();
            if (entry.stored() && entry.position() < readable && !wanted.contains(entry)) {
                lastFirst.remove();
                size--;
                fullBytes -= entry.bytes();
                entry.dropMessage();
                place(entry);
                dropped = true;
            }
            looked++;
        }
        return dropped && looked == max;
    }

    /** Whether messages should be read before they are missed. */
    boolean wantsLoad(Window size) {
        return startsBare() || (!bare.isEmpty() && full.size() <= size.entries / 2 && fullBytes <= size.bytes / 2);
    }

    /** The first entries that have no message, in order, until either bound is reached. */
    List<QueueEntry> firstBare(Window size) {
        List<QueueEntry> found = new ArrayList<>();
        long bytes = 0;
        for (QueueEntry entry : bare) {
            if (found.size() == size.entries || bytes >= size.bytes) {
                break;
            }
            found.add(entry);
            bytes += entry.bytes();
        }
        return found;
    }

    /** Chooses those to spill, the last ones first, apart from a small window. */
    void chooseToSpill(SpillBatch batch, int max) {
        chooseToSpill(batch, max, Set.of());
    }

    /** Likewise, but for {@code wanted} ones. */
    void chooseToSpill(SpillBatch batch, int max, Set<QueueEntry> wanted) {
        int left = full.size();
        long leftBytes = fullBytes;
        Iterator<QueueEntry> lastFirst = full.descendingIterator();
        for (int i = 0; i < max && isBeyond(Window.SMALL, left, leftBytes) && !batch.isFull(); i++) {
            QueueEntry entry = lastFirst.next();
            if (!entry.stored() && !wanted.contains(entry)) {
                batch.add(entry);
            }
            left--;
            leftBytes -= entry.bytes();
        }
    }

    /** Drops the message of an entry, which was written; false if it is not here. */
    boolean spilled(QueueEntry entry, Slot slot) {
        if (!full.remove(entry)) {
            return false;
        }
        size--;
        fullBytes -= entry.bytes();
        entry.spilled(slot);
        place(entry);
        return true;
    }

    /** Gives an entry its message back, if it is still here. */
    void restore(QueueEntry entry, Message message) {
        if (remove(entry)) {
            entry.restore(message);
            add(entry);
        }
    }

    /** Takes an entry out; false if it is not here. */
    boolean take(QueueEntry entry) {
        if (!entry.hasMessage()) {
            return remove(entry);
        }
        boolean removed = full.remove(entry);
        if (removed) {
            size--;
            fullBytes -= entry.bytes();
            bodyBytes -= entry.bodyBytes();
        }
        return removed;
    }

    /** Shows where all that was spilled is. */
    void slots(List<Slot> sink) {
        for (QueueEntry entry : bare) {
            Slot slot = entry.slot();
            if (slot != null) {
                sink.add(slot);
            }
        }
    }

    boolean hasBare() {
        return !bare.isEmpty();
    }

    /** Removes an entry that has no message; false if it is not here. */
    boolean remove(QueueEntry entry) {
        boolean removed = bare.remove(entry);
        if (removed) {
            size--;
            bareBytes -= entry.bytes();
            bodyBytes -= entry.bodyBytes();
        }
        return removed;
    }

    /** Shows the positions, from {@code bound} on, of those that the store has. */
    void storedFrom(long bound, LongConsumer sink) {
        storedFrom(bound, full, sink);
        storedFrom(bound, bare, sink);
    }

    /** The positions, from {@code bound} on, of those that the store has at one level; growing. */
    long[] storedFrom(int level, long bound) {
        return Stream.concat(full.stream(), bare.stream())
                .filter(entry -> entry.stored() && entry.level() == level)
                .mapToLong(QueueEntry::position)
                .filter(position -> position >= bound)
                .sorted()
                .toArray();
    }

    private static void storedFrom(long bound, TreeSet<QueueEntry> entries, LongConsumer sink) {
        for (Iterator<QueueEntry> last = entries.descendingIterator(); last.hasNext(); ) {
            QueueEntry entry = last.next();
            if (entry.position() < bound) {
                return;
            }
            if (entry.stored()) {
                sink.accept(entry.position());
            }
        }
    }
}
