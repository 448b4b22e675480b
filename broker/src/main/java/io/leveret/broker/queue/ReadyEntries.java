package io.leveret.broker.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a queue that wait for a consumer, in the order of their positions: in memory a window at the head and a
 * tail, between them a range that only the store has. While nothing is paged out all stand in the window. What returns
 * stands apart, before anything that is paged out. Guarded by the queue's lock.
 */
final class ReadyEntries {

    /** How much is read at a time, and stays in memory at the head. */
    enum Window {
        FULL(1000, 1024 * 1024),
        /** While memory is short. */
        SMALL(128, 128 * 1024);

        final int entries;
        final long bytes;

        Window(int entries, long bytes) {
            this.entries = entries;
            this.bytes = bytes;
        }
    }

    private final ReturnedEntries returned = new ReturnedEntries();
    private final PagedRange paged = new PagedRange();

    private EntryChunks window = new EntryChunks();
    /** Not in the store, and standing among what is paged out. */
    private EntryChunks between = new EntryChunks();

    private EntryChunks tail = new EntryChunks();

    /** Nothing at or below the highest position ever taken is paged out, so that all paged entries are ready ones. */
    private long highestTaken;

    /** An empty one for the same queue; this one is nobody's then. */
    ReadyEntries successor() {
        ReadyEntries next = new ReadyEntries();
        next.highestTaken = highestTaken;
        return next;
    }

    /** Begins with all entries in the store. */
    void recovered(long throughPosition, long count, long bytes) {
        paged.recovered(throughPosition, count, bytes);
    }

    long size() {
        return (long) window.size() + returned.size() + between.size() + tail.size() + paged.entries();
    }

    boolean isEmpty() {
        return window.isEmpty() && returned.isEmpty() && paged.isEmpty() && between.isEmpty() && tail.isEmpty();
    }

    long bytes() {
        return window.bytes() + returned.bytes() + between.bytes() + tail.bytes() + paged.bytes();
    }

    long memoryBytes() {
        return window.memoryBytes() + returned.memoryBytes() + between.memoryBytes() + tail.memoryBytes();
    }

    long pagedEntries() {
        return paged.entries();
    }

    long highestTaken() {
        return highestTaken;
    }

    /** Adds new entries in order; nearly always all of them go to the end. */
    void insert(List<QueueEntry> entries) {
        if (goesToTheEnd(entries.get(0))) {
            entries.forEach(this::add);
        } else {
            end().insert(entries);
        }
    }

    /** Whether no entry that the store does not have alone stands behind this one. */
    boolean goesToTheEnd(QueueEntry entry) {
        EntryChunks end = end();
        return end.isEmpty() || end.last().isBefore(entry);
    }

    void add(QueueEntry entry) {
        end().add(entry);
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
    }

    /** Whether the first entry can be taken now; if not, it has to be read before, or there is none. */
    boolean hasNext() {
        if (returned.isEmpty()) {
            return !window.isEmpty();
        }
        return !returned.startsBare() || (!window.isEmpty() && window.first().isBefore(returned.first()));
    }

    /** Takes the first entry; only if {@link #hasNext}. */
    QueueEntry poll() {
        QueueEntry entry = pollFirst();
        if (entry.position() > highestTaken) {
            highestTaken = entry.position();
        }
        return entry;
    }

    private QueueEntry pollFirst() {
        if (returned.isEmpty()) {
            return window.poll();
        }
        return !window.isEmpty() && window.first().isBefore(returned.first()) ? window.poll() : returned.poll();
    }

    /**
     * Drops entries from memory that the store has, apart from a small window.
     *
     * @param bound only entries below this position
     * @param max how many entries are looked at
     * @return whether there may be more to drop
     */
    boolean pageOut(long bound, int max) {
        boolean moreReturned = returned.dropMessages(bound, max);
        return pageOutOrdered(bound, max) || moreReturned;
    }

    private boolean pageOutOrdered(long bound, int max) {
        if (paged.isEmpty()) {
            EntryChunks head = window.takeFirst(Window.SMALL.entries, Window.SMALL.bytes);
            tail = window;
            window = head;
        } else {
            pageOutWindow();
        }
        int looked = pageOutTail(bound, max);
        if (paged.isEmpty()) {
            window.append(tail);
            return false;
        }
        return looked == max;
    }

    /** Extends the range from its end. */
    private int pageOutTail(long bound, int max) {
        int looked = 0;
        while (looked < max && !tail.isEmpty() && tail.first().position() < bound) {
            QueueEntry entry = tail.poll();
            if (entry.stored() && entry.position() > highestTaken) {
                paged.extend(entry);
            } else {
                (paged.isEmpty() ? window : between).add(entry);
            }
            looked++;
        }
        return looked;
    }

    /** Extends the range from its beginning. What the window holds while something is paged is never much. */
    private void pageOutWindow() {
        if (window.size() <= 2 * Window.SMALL.entries && window.bytes() <= 2 * Window.SMALL.bytes) {
            // It may just have been read, and dropping it would have it read again.
            return;
        }
        EntryChunks rest = window;
        window = rest.takeFirst(Window.SMALL.entries, Window.SMALL.bytes);
        EntryChunks unstored = new EntryChunks();
        List<QueueEntry> stored = new ArrayList<>();
        while (!rest.isEmpty()) {
            QueueEntry entry = rest.poll();
            if (entry.stored() && entry.position() > highestTaken) {
                stored.add(entry);
            } else {
                (stored.isEmpty() ? window : unstored).add(entry);
            }
        }
        for (int i = stored.size() - 1; i >= 0; i--) {
            paged.extendDown(stored.get(i));
        }
        unstored.append(between);
        between = unstored;
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
        return new Load.OfRange(this, paged.version(), paged.from(), paged.through(), size);
    }

    /**
     * Takes in the messages that were read for entries which have none.
     *
     * @return how many entries the store has not
     */
    long loaded(Load.OfMessages load, List<Backlog.@Nullable LoadedEntry> read) {
        int missing = 0;
        for (int i = 0; i < read.size(); i++) {
            Backlog.LoadedEntry each = read.get(i);
            if (each != null) {
                returned.restore(load.entries().get(i), each.message());
            } else {
                returned.remove(load.entries().get(i));
                missing++;
            }
        }
        return missing;
    }

    /**
     * Takes in what was read from the beginning of the range.
     *
     * @return how many entries the range should have had and the store has not
     */
    long loaded(Load.OfRange load, List<QueueEntry> read) {
        if (load.version() != paged.version() || paged.isEmpty()) {
            return 0;
        }
        if (read.isEmpty()) {
            return load.through() == paged.through() ? lose() : 0;
        }
        for (QueueEntry entry : read) {
            takeBetween(entry.position());
            window.add(entry);
        }
        QueueEntry last = read.get(read.size() - 1);
        paged.loaded(last.position(), read.size(), sum(read));
        if (paged.isEmpty()) {
            join();
        } else {
            takeBetween(paged.from());
        }
        return 0;
    }

    private static long sum(List<QueueEntry> entries) {
        long sum = 0;
        for (QueueEntry entry : entries) {
            sum += entry.bytes();
        }
        return sum;
    }

    private long lose() {
        long missing = paged.entries();
        paged.clear();
        join();
        return missing;
    }

    private void takeBetween(long end) {
        while (!between.isEmpty() && between.first().position() < end) {
            window.add(between.poll());
        }
    }

    private void join() {
        window.append(between);
        window.append(tail);
    }

    /** The positions, from {@code bound} on, of what is in memory and in the store. Takes entries out. */
    long[] takeStoredFrom(long bound) {
        LongStream.Builder found = LongStream.builder();
        returned.storedFrom(bound, found);
        takeFrom(bound, window, found);
        takeFrom(bound, tail, found);
        return found.build().sorted().toArray();
    }

    private static void takeFrom(long bound, EntryChunks chunks, LongConsumer found) {
        while (!chunks.isEmpty() && chunks.last().position() >= bound) {
            QueueEntry entry = chunks.pollLast();
            if (entry.stored()) {
                found.accept(entry.position());
            }
        }
    }
}
