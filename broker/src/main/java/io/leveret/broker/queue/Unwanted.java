package io.leveret.broker.queue;

import io.leveret.broker.queue.Backlog.ListedEntry;
import org.jspecify.annotations.Nullable;

/**
 * What leaves a queue first while there is too much in it, and nobody wants the messages: no message is read only to be dropped, since the
 * store can list where they stand and what they take. In a queue with message groups they are read all the same, since what is set aside
 * stands between them. Guarded by the queue's lock, and good for one hold of it.
 */
final class Unwanted {

    private final Levels levels;
    private final @Nullable UniqueKeys keys;
    private final MemoryBudget budget;

    /** @param keys null if the queue takes everything */
    Unwanted(Levels levels, @Nullable UniqueKeys keys, MemoryBudget budget) {
        this.levels = levels;
        this.keys = keys;
        this.budget = budget;
    }

    /** The entry that leaves first, with its message or without; null if only the store has it, or there is none. */
    @Nullable
    QueueEntry oldest() {
        return levels.aside() == null ? levels.top().nextBare() : levels.oldest();
    }

    /** Takes out what {@link #oldest} tells, and gives it to nobody. */
    void take(QueueEntry oldest) {
        if (levels.aside() != null || oldest.hasMessage()) {
            levels.takeOldest(oldest);
        } else {
            levels.changed(levels.top()).remove(oldest);
        }
    }

    /** What the store is to list; null if something else leaves first. */
    @Nullable
    Load nextLoad() {
        ReadyEntries top = levels.top();
        PagedOut paged = levels.aside() == null ? top.pagedFirst() : null;
        return paged == null ? null : paged.nextExcess(top, budget.window());
    }

    /** Whether an entry that the store has listed, those before it having left, leaves first as things are now. */
    boolean comesFirst(Load.OfExcess load, ListedEntry listed) {
        PagedOut paged = levels.has(load.owner()) ? load.owner().pagedFirst() : null;
        return paged != null && paged.comesFirst(load.stretch(), listed.position());
    }

    /** Takes out what {@link #comesFirst}; false if it had left already. */
    boolean take(Load.OfExcess load, ListedEntry first) {
        PagedOut paged = load.owner().pagedFirst();
        boolean taken = paged != null && paged.takeUnread(first);
        load.owner().endPageOut();
        if (taken && keys != null) {
            keys.left(first.position());
        }
        return taken;
    }
}
