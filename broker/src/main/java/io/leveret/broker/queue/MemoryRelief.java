package io.leveret.broker.queue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has the ready entries of a queue leave memory as far as they can be read again. Guarded by the queue's lock, and good for one hold of
 * it.
 *
 * @param aside what was looked past; null in a queue without groups
 * @param delayed what waits for its time
 */
record MemoryRelief(Levels levels, @Nullable SetAside aside, DelayedEntries delayed) {

    /**
     * Drops from memory what the store has, apart from a small window of each level, what is given out last at first.
     *
     * @return whether there may be more to drop
     */
    boolean drop(long bound, int max) {
        boolean more = delayed.dropMessages(bound, max);
        more |= aside != null && aside.dropMessages(bound, max);
        List<ReadyEntries> all = levels.all();
        long left = max;
        for (int at = all.size() - 1; at >= 0 && left > 0; at--) {
            ReadyEntries level = levels.changed(all.get(at));
            long before = level.size() - level.pagedEntries();
            more |= level.drop(bound, (int) left);
            left -= before - (level.size() - level.pagedEntries());
        }
        return more || left <= 0;
    }

    /** Chooses what to spill next, what is given out last at first. */
    SpillBatch nextSpill(long bound, int max) {
        List<ReadyEntries> all = levels.all();
        SpillBatch batch = new SpillBatch(all.get(0));
        for (int at = all.size() - 1; at >= 0 && batch.isEmpty(); at--) {
            batch = levels.changed(all.get(at)).nextSpill(bound, max);
        }
        if (aside != null && !batch.isFull()) {
            aside.chooseToSpill(batch, max);
        }
        return batch;
    }

    /** Drops the messages that were spilled; {@code freed} takes the slots of what does not wait any more. */
    void spilled(SpillBatch batch, long bound, int max, List<Spill.Slot> freed) {
        batch.owner().spilled(batch, bound, max, (entry, slot) -> aside != null && aside.spilled(entry, slot), freed);
    }
}
