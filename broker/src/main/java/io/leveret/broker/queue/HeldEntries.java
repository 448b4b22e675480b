package io.leveret.broker.queue;

import java.util.ArrayList;
import java.util.List;

/**
 * What a queue has given out and not got back: those that a client has to acknowledge, and those that the store has until it
 * learns that they are settled. Guarded by the queue's lock.
 */
final class HeldEntries {

    /** In the store, and their messages in memory as well: what a page-out looks at. */
    private final HeldList full = new HeldList();

    /** In the store, and their messages dropped. */
    private final HeldList bare = new HeldList();

    private int unacked;
    private int unstored;
    private long unstoredBytes;

    /** Nearly always none. */
    private List<HeldWalk> walks = List.of();

    /** How many are to be acknowledged. */
    int unacked() {
        return unacked;
    }

    long bytes() {
        return unstoredBytes + full.bytes() + bare.bytes();
    }

    long memoryBytes() {
        return unstoredBytes
                + full.bytes()
                + (long) (unstored + full.size()) * QueueEntry.OVERHEAD_BYTES
                + (long) bare.size() * QueueEntry.BARE_BYTES;
    }

    void add(QueueEntry entry, boolean noAck) {
        if (noAck && !entry.stored()) {
            return;
        }
        entry.given();
        if (!noAck) {
            entry.unacked(true);
            unacked++;
        }
        if (entry.stored()) {
            full.add(entry);
        } else {
            unstored++;
            unstoredBytes += entry.bytes();
        }
    }

    /** Removes an entry, if it is here. */
    void remove(QueueEntry entry) {
        if (!entry.unacked() && !entry.stored()) {
            return;
        }
        if (entry.unacked()) {
            entry.unacked(false);
            unacked--;
        }
        if (entry.stored()) {
            (entry.hasMessage() ? full : bare).remove(entry);
            for (HeldWalk walk : walks) {
                walk.left(entry);
            }
        } else {
            unstored--;
            unstoredBytes -= entry.bytes();
        }
    }

    /**
     * Drops messages that the store has and no delivery needs any more, the oldest first. What can't be dropped now goes behind
     * the others, so that the next call looks at different ones.
     *
     * @param readable below this position a message can be read again
     * @param max how many entries are looked at
     * @return whether there may be more to drop
     */
    boolean dropMessages(long readable, int max) {
        int looked = Math.min(max, full.size());
        boolean dropped = false;
        for (int i = 0; i < looked; i++) {
            QueueEntry entry = full.poll();
            if (entry == null) {
                break;
            }
            if (entry.position() < readable && entry.isWritten()) {
                entry.dropMessage();
                bare.add(entry);
                dropped = true;
            } else {
                full.add(entry);
            }
        }
        return dropped && looked == max;
    }

    /** How many the store has. */
    int inStore() {
        return full.size() + bare.size();
    }

    /** Begins to look at all that the store has. */
    HeldWalk walk() {
        HeldWalk walk = new HeldWalk(full, bare);
        List<HeldWalk> more = new ArrayList<>(walks);
        more.add(walk);
        walks = more;
        return walk;
    }

    void end(HeldWalk ended) {
        ended.end();
        walks = walks.stream().filter(walk -> walk != ended).toList();
    }
}
