package io.leveret.broker.queue;

import java.util.BitSet;
import java.util.List;

/**
 * The levels that a queue has used in its store: one at first, and each other one from its first message on. Read by any thread,
 * changed under the queue's lock.
 */
public final class StoredLevels {

    /** Never changed: another one takes its place. */
    private volatile BitSet levels = new BitSet();

    StoredLevels(int first) {
        add(first);
    }

    public boolean contains(int level) {
        return levels.get(level);
    }

    /** All of them, growing. */
    public int[] all() {
        return levels.stream().toArray();
    }

    void addAll(List<Integer> more) {
        for (int level : more) {
            add(level);
        }
    }

    void add(int level) {
        if (!contains(level)) {
            BitSet more = (BitSet) levels.clone();
            more.set(level);
            levels = more;
        }
    }
}
