package io.leveret.broker.queue;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The groups that one consumer holds, as far as any of them waits for its credit. {@link Groups} alone changes it. Guarded by the
 * queue's lock.
 */
final class HeldGroups {

    final Consumer consumer;

    /** What its groups give out next, one entry of each. */
    final TreeSet<QueueEntry> candidates = new TreeSet<>(QueueEntry::compare);

    /** The first of them, while that may go out; null while the consumer has no credit. */
    @Nullable
    QueueEntry offered;

    /** Whether the consumer may have credit. */
    boolean active;

    /** Which clearance of all groups it has seen. */
    int era;

    HeldGroups(Consumer consumer, int era) {
        this.consumer = consumer;
        this.era = era;
        this.active = !consumer.parked() && !consumer.cancelled();
    }

    /** Nothing of its groups waits any more. */
    void clear() {
        candidates.clear();
        offered = null;
    }
}
