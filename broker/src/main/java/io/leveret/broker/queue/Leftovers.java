package io.leveret.broker.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the store and the spill still have of ready entries that were taken out of their queue: they have to be told. Owned by who took
 * them out, and guarded by no lock.
 *
 * @param levels the highest first; not empty
 * @param aside what was looked past; null in a queue without groups
 * @param delayed what waited for its time
 */
record Leftovers(List<ReadyEntries> levels, @Nullable SetAside aside, DelayedEntries delayed) {

    /** Where everything is that was spilled. */
    List<Spill.Slot> slots() {
        List<Spill.Slot> slots = new ArrayList<>();
        levels.forEach(level -> slots.addAll(level.slots()));
        if (aside != null) {
            aside.slots(slots);
        }
        return slots;
    }

    /** Whether {@link #slots} may have something: a quick look. */
    boolean mayHaveSlots() {
        return (aside != null && aside.hasBare()) || levels.stream().anyMatch(ReadyEntries::mayHaveSlots);
    }

    /** The positions, from {@code bound} on, of what is in memory and in the store at one level, growing. Takes entries out. */
    long[] takeStoredFrom(ReadyEntries level, long bound) {
        long[] own = level.takeStoredFrom(bound);
        if (aside != null) {
            own = Purged.union(own, aside.storedFrom(level.level(), bound));
        }
        ReadyEntries returned = levels.get(0);
        if (returned.level() == Levels.RETURNED) {
            own = Purged.union(own, returned.returnedStoredFrom(level.level(), bound));
        }
        return Purged.union(own, delayed.storedFrom(level.level(), bound));
    }
}
