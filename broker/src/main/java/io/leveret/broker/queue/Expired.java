package io.leveret.broker.queue;

import org.jspecify.annotations.Nullable;

/**
 * Takes out of a queue's ready entries what has expired. Guarded by the queue's lock, and good for one hold of it.
 *
 * @param aside what was looked past; null in a queue without groups
 */
record Expired(Levels levels, @Nullable SetAside aside) {

    /** Takes out an entry in memory that has expired, wherever it stands; null if there is none. */
    @Nullable
    QueueEntry poll(long nowMs) {
        if (aside != null
                && aside.firstDeadlineMs() <= Math.min(nowMs, levels.only().firstDeadlineMs())) {
            return aside.pollExpiring();
        }
        for (ReadyEntries level : levels.all()) {
            QueueEntry expired = levels.changed(level).pollExpired(nowMs);
            if (expired != null) {
                return expired;
            }
        }
        return null;
    }

    /** Takes out an entry that has expired and that only the store has; null if there is none. */
    @Nullable
    StoredDeadline pollOnDisk(long nowMs) {
        for (ReadyEntries level : levels.all()) {
            StoredDeadline expired = levels.changed(level).pollExpiredOnDisk(nowMs);
            if (expired != null) {
                return expired;
            }
        }
        return null;
    }
}
