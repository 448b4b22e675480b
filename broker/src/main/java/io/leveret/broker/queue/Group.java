package io.leveret.broker.queue;

import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One group of a queue's messages: there is one while any of it is given out, set aside, or waits for its time. {@link Groups} alone
 * changes it. Guarded by the queue's lock.
 */
final class Group {

    final GroupKey key;

    /** With whom all is that is unsettled; null if nothing is, or a {@code basic.get} has it. */
    @Nullable
    HeldGroups holder;

    int unsettled;

    /** Whether something came back that the unsettled ones stand behind: they have to be over before it goes out again. */
    boolean interrupted;

    /** How many came back and wait for their time. */
    int delayed;

    /** What stands aside, in the queue's order; null while there was none. */
    private @Nullable TreeSet<QueueEntry> aside;

    /** What of it may go out next; null if nothing may. */
    @Nullable
    QueueEntry candidate;

    /** Whose candidate that is; null if it is anybody's. */
    @Nullable
    HeldGroups candidateOf;

    /** Where it is kept; null while it is nowhere. */
    @Nullable
    Shelf shelf;

    /** Which clearance of all groups it has seen. */
    int era;

    Group(GroupKey key, int era) {
        this.key = key;
        this.era = era;
    }

    /** Whether its next message may go to anybody. */
    boolean isFree() {
        return unsettled == 0 && delayed == 0;
    }

    /** Whether its next message may go out, be it to its holder alone. */
    boolean goesOn() {
        return isFree() || (holder != null && !interrupted && delayed == 0);
    }

    /** Whether there is nothing to remember of it. */
    boolean isOver() {
        return isFree() && asideCount() == 0;
    }

    void add(QueueEntry entry) {
        if (aside == null) {
            aside = new TreeSet<>(QueueEntry::compare);
        }
        aside.add(entry);
    }

    void remove(QueueEntry entry) {
        if (aside != null) {
            aside.remove(entry);
        }
    }

    /** Nothing of it waits any more, but some may be unsettled. */
    void clear() {
        aside = null;
        candidate = null;
        candidateOf = null;
        delayed = 0;
        interrupted = false;
    }

    int asideCount() {
        return aside == null ? 0 : aside.size();
    }

    /** What goes out next of what stands aside; null if nothing does. */
    @Nullable
    QueueEntry firstAside() {
        return aside == null || aside.isEmpty() ? null : aside.first();
    }

    /** What stands aside from one entry on. */
    Iterable<QueueEntry> asideFrom(QueueEntry from) {
        return aside == null ? List.of() : aside.tailSet(from);
    }
}
