package io.leveret.broker.queue;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The levels that a queue has used in its store: one at first, and each other one from its first message on. Read by any thread,
 * changed under the queue's lock.
 */
public final class StoredLevels {

    private volatile int[] levels;

    StoredLevels(int first) {
        levels = new int[] {first};
    }

    public boolean contains(int level) {
        for (int each : levels) {
            if (each == level) {
                return true;
            }
        }
        return false;
    }

    /** All of them, growing. */
    public int[] all() {
        return levels.clone();
    }

    void add(int level) {
        if (!contains(level)) {
            levels = IntStream.concat(Arrays.stream(levels), IntStream.of(level))
                    .sorted()
                    .toArray();
        }
    }
}
