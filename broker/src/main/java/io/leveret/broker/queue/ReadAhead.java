package io.leveret.broker.queue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a queue's ready entries should be read before it is missed. Guarded by the queue's lock, and good for one hold of it.
 *
 * @param aside what was looked past; null in a queue without groups
 */
record ReadAhead(Levels levels, @Nullable SetAside aside) {

    /** Whether there is anything. */
    boolean isWanted(Window size) {
        return (aside != null && aside.wantsLoad()) || wanting(size) != null;
    }

    /** What to read next; null if nothing is wanted any more. */
    @Nullable
    Load next(Window size) {
        if (aside != null && aside.wantsLoad()) {
            return new Load.OfSetAside(levels.only(), aside.toRead(size));
        }
        ReadyEntries wanting = wanting(size);
        return wanting == null ? null : wanting.nextLoad(size);
    }

    /** Nothing is read ahead below a level that has enough in memory. */
    private @Nullable ReadyEntries wanting(Window size) {
        List<ReadyEntries> all = levels.all();
        for (int at = levels.top().at; at < all.size(); at++) {
            ReadyEntries level = all.get(at);
            if (level.wantsLoad(size)) {
                return level;
            }
            if (!level.isEmpty()) {
                return null;
            }
        }
        return null;
    }
}
