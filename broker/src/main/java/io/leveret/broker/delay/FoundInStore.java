package io.leveret.broker.delay;

import io.leveret.broker.delay.Horizon.Point;
import io.leveret.broker.delay.PendingCancels.Cancel;
import io.leveret.broker.storage.Journal;
import io.leveret.persistence.store.DueEntry;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes what searches of the store find: what is due soon, and what cancels take back. Guarded by the {@link Delays}, whose lock is free
 * while a search reads, and between two slices of what it found.
 */
final class FoundInStore {

    /** Taken at once: a fraction of a millisecond, for which whoever publishes may have to wait. */
    private static final int SLICE = 1_000;

    private final Delays delays;
    private final Journal journal;
    private final InMemory memory;
    private final Departed departed;
    private final Function<Long, @Nullable DelayedMessages> byQueueId;
    private final DelayBounds bounds;

    /** Changed under the lock, read by any thread. */
    private volatile int pendingCancels;

    FoundInStore(
            Delays delays,
            Journal journal,
            InMemory memory,
            Departed departed,
            Function<Long, @Nullable DelayedMessages> byQueueId,
            DelayBounds bounds) {
        this.delays = delays;
        this.journal = journal;
        this.memory = memory;
        this.departed = departed;
        this.byQueueId = byQueueId;
        this.bounds = bounds;
    }

    /**
     * What is to be searched for.
     *
     * @param durable what was durable when the search began
     * @param below what stands further on may be on its way to its exchange, and is kept by who brings it
     */
    record Wanted(Point from, long throughMs, int limit, long generation, long durable, long below) {}

    /**
     * What a search has found, or what is left of it to be taken.
     *
     * @param entries in the order in which they are due
     * @param through how far it came
     * @param cut whether there may be more behind
     * @param complete whether it could look everywhere
     */
    record Find(Wanted wanted, List<DueEntry> entries, Point through, boolean cut, boolean complete) {

        /** About so many, since a message that is in several exchanges is not cut. */
        int slice(int about) {
            int end = Math.min(about, entries.size());
            while (end > 0 && end < entries.size() && isOneMessage(entries.get(end - 1), entries.get(end))) {
                end++;
            }
            return end;
        }

        private static boolean isOneMessage(DueEntry one, DueEntry other) {
            return one.deadlineMs() == other.deadlineMs() && one.position() == other.position();
        }

        /** As if no more than those had been looked for. */
        Find first(int count) {
            DueEntry last = entries.get(count - 1);
            return new Find(
                    wanted, entries.subList(0, count), new Point(last.deadlineMs(), last.position()), true, complete);
        }

        Find behind(int count) {
            return new Find(wanted, entries.subList(count, entries.size()), through, cut, complete);
        }
    }

    /** How many cancels have not reached all that they take back. */
    int pendingCancels() {
        return pendingCancels;
    }

    /** Changes an exchange's cancels. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time: who holds the lock
    void change(DelayedMessages room, Runnable change) {
        int before = room.cancels.size();
        change.run();
        pendingCancels += room.cancels.size() - before;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // likewise
    void forget(DelayedMessages room) {
        pendingCancels -= room.cancels.size();
    }

    /**
     * A search begins; {@link #take} has to follow until nothing is left, or {@link #searchFailed}.
     *
     * @return null if there is no room for more, and no need
     */
    @Nullable
    Wanted search(long aheadMs) {
        synchronized (delays) {
            if (!isSearchWorthwhile()) {
                return null;
            }
            int limit = Math.max(memory.roomForNear(), leastRoom());
            long throughMs = delays.nowMs() + aheadMs;
            memory.horizon.searching(throughMs);
            memory.keepKnown();
            // Only now: nothing from here on was left to the store before the line above, or will be after it.
            long below = journal.lowestInFlight();
            return new Wanted(
                    memory.horizon.from(), throughMs, limit, memory.horizon.generation(), lookBegins(), below);
        }
    }

    /** What leaves makes room. But nothing may leave before it is known whether something in the store is due before it. */
    private boolean isSearchWorthwhile() {
        return memory.roomForNear() >= leastRoom() || memory.waitsForSearch();
    }

    private int leastRoom() {
        return Math.max(1, bounds.near() / 2);
    }

    void searchFailed(Wanted wanted) {
        lookEnds(wanted.durable());
    }

    /**
     * Takes a slice of what a search found. Whatever happens before the next one happens as between two searches, of which this was one: what
     * is due later may be left to the store again, and then the rest is not wanted.
     *
     * @return what is left; null if nothing is
     */
    @Nullable
    Find take(Find find) {
        synchronized (delays) {
            // Fewer if only few may be in memory.
            int slice = find.slice(Math.min(SLICE, Math.max(1, bounds.near() / 4)));
            boolean isLast = slice == find.entries().size();
            boolean isWanted = find.wanted().generation() == memory.horizon.generation();
            if (isWanted && takeWanted(isLast ? find : find.first(slice)) && !isLast) {
                return find.behind(slice);
            }
            lookEnds(find.wanted().durable());
            return null;
        }
    }

    /** Returns whether all of it is wanted. */
    private boolean takeWanted(Find find) {
        Point through = memory.horizon.wanted(find.through());
        for (DueEntry entry : find.entries()) {
            if (through.covers(entry.deadlineMs(), entry.position())) {
                take(find.wanted(), entry);
            }
        }
        boolean isAll = through.equals(find.through());
        memory.horizon.found(through, find.cut() || !isAll, find.complete());
        return isAll;
    }

    private void take(Wanted wanted, DueEntry entry) {
        DelayedMessages room = byQueueId.apply(entry.queueId());
        if (room != null && entry.position() < wanted.below() && !room.departed.contains(entry.position())) {
            found(room, entry);
        }
    }

    private void found(DelayedMessages room, DueEntry entry) {
        if (entry.deadlineMs() == DelayHeaders.CANCELS) {
            change(room, () -> room.cancels.found(entry.position()));
        } else {
            memory.found(room, entry.deadlineMs(), entry.position());
        }
    }

    /** Whether there is more that is due soon, and room or need for it. */
    boolean searchesOn() {
        synchronized (delays) {
            return memory.horizon.isCut() && isSearchWorthwhile();
        }
    }

    List<DelayedMessages> withCancels() {
        synchronized (delays) {
            return memory.rooms.stream().filter(room -> room.cancels.size() > 0).toList();
        }
    }

    /** Cancels of which it is not known what they take back. */
    long[] unreadCancels(DelayedMessages room, int max) {
        synchronized (delays) {
            return room.deleted ? new long[0] : room.cancels.unread(max);
        }
    }

    /** What they take back, by their positions; nothing for those that can't be read. */
    void readCancels(DelayedMessages room, Map<Long, String> ids, long[] asked) {
        synchronized (delays) {
            if (!room.deleted) {
                change(room, () -> room.cancels.read(ids, asked));
                room.counts = room.counts.fewer(asked.length);
            }
        }
    }

    List<Cancel> oldestCancels(DelayedMessages room, int max, long below) {
        synchronized (delays) {
            return room.deleted ? List.of() : room.cancels.oldest(max, below);
        }
    }

    /** Somebody begins to look for entries; what is returned is to be given back to {@link #lookEnds}. */
    long lookBegins() {
        synchronized (delays) {
            long durable = journal.store().durableBatch();
            departed.searchBegins(durable);
            return durable;
        }
    }

    void lookEnds(long durable) {
        synchronized (delays) {
            departed.searchEnds(durable);
        }
    }

    /**
     * Takes those back that still wait. They leave with a batch that has to be appended, and {@link #cancelled} to follow.
     *
     * @param cancels which leave with the same batch
     * @param taken takes the positions of those
     */
    Departed.Group takeBack(DelayedMessages room, List<Long> positions, List<Cancel> cancels, List<Long> taken) {
        synchronized (delays) {
            for (long position : room.deleted ? List.<Long>of() : positions) {
                WaitingMessage waiting = room.byPosition.get(position);
                if (waiting == null ? !room.departed.contains(position) : !waiting.taken) {
                    taken.add(position);
                    if (waiting != null) {
                        memory.takeBack(waiting);
                    }
                }
            }
            room.counts = room.counts.plus(new DelayCounts(-taken.size(), 0, 0, 0, taken.size()));
            LongStream ofCancels =
                    cancels.stream().flatMap(each -> each.positions().stream()).mapToLong(each -> each);
            return departed.leaving(
                    room,
                    LongStream.concat(taken.stream().mapToLong(each -> each), ofCancels)
                            .toArray());
        }
    }

    /** These have reached what they take back, with a batch in which the store learns it. */
    void cancelled(DelayedMessages room, List<Cancel> cancels, Departed.Group group, long batch) {
        synchronized (delays) {
            departed.left(group, batch);
            departed.trim(journal.store().durableBatch());
            if (!room.deleted) {
                change(room, () -> room.cancels.done(cancels));
            }
        }
    }
}
