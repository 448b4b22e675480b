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

/** Takes what searches of the store find: what is due soon, and what cancels take back. Under the lock of the {@link Delays}. */
final class FoundInStore {

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
     * A search begins; {@link #found} has to follow, or {@link #searchFailed}.
     *
     * @return null if there is no room for more
     */
    @Nullable
    Wanted search(long aheadMs) {
        synchronized (delays) {
            int limit = memory.roomForNear();
            if (limit < bounds.near() / 2) {
                return null;
            }
            long throughMs = delays.nowMs() + aheadMs;
            memory.horizon.searching(throughMs);
            memory.keepKnown();
            // Only now: nothing from here on was left to the store before the line above, or will be after it.
            long below = journal.lowestInFlight();
            return new Wanted(
                    memory.horizon.from(), throughMs, limit, memory.horizon.generation(), lookBegins(), below);
        }
    }

    void searchFailed(Wanted wanted) {
        lookEnds(wanted.durable());
    }

    /**
     * Takes what a search found.
     *
     * @param cut whether there may be more behind
     * @param complete whether it could look everywhere
     */
    void found(Wanted wanted, List<DueEntry> entries, Point through, boolean cut, boolean complete) {
        synchronized (delays) {
            lookEnds(wanted.durable());
            if (wanted.generation() != memory.horizon.generation()) {
                return;
            }
            for (DueEntry entry : entries) {
                DelayedMessages room = byQueueId.apply(entry.queueId());
                if (room != null && entry.position() < wanted.below() && !room.departed.contains(entry.position())) {
                    found(room, entry);
                }
            }
            memory.horizon.found(through, cut, complete);
        }
    }

    private void found(DelayedMessages room, DueEntry entry) {
        if (entry.deadlineMs() == DelayHeaders.CANCELS) {
            change(room, () -> room.cancels.found(entry.position()));
        } else {
            memory.found(room, entry.deadlineMs(), entry.position());
        }
    }

    /** Whether there is more that is due soon, and room for it. */
    boolean searchesOn() {
        synchronized (delays) {
            return memory.horizon.isCut() && memory.roomForNear() >= bounds.near() / 2;
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
