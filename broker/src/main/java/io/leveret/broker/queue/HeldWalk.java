package io.leveret.broker.queue;

import java.util.HashMap;
import java.util.Map;

/**
 * Gathers the positions of all that a queue has given out and its store has, a few at a time, while entries come and go: at its end it
 * has those that are given out then. Guarded by the queue's lock, one hold of it for each step.
 */
final class HeldWalk {

    private final HeldList.Cursor full;
    private final HeldList.Cursor bare;
    private final Map<Integer, PositionSet> found = new HashMap<>();

    HeldWalk(HeldList full, HeldList bare) {
        this.full = full.walk();
        this.bare = bare.walk();
    }

    /** Looks at so many more; false if it has seen all. What loses its message goes from one list to the end of the other. */
    boolean step(int max) {
        int left = full.forNext(max, this::add);
        return left == 0 || bare.forNext(left, this::add) == 0;
    }

    private void add(QueueEntry entry) {
        found.computeIfAbsent(entry.level(), level -> new PositionSet()).add(entry.position());
    }

    /** An entry is not given out any more; it may be again. */
    void left(QueueEntry entry) {
        PositionSet ofLevel = found.get(entry.level());
        if (ofLevel != null) {
            ofLevel.remove(entry.position());
        }
    }

    /** What was found of a level. Once the walk has ended, it is the caller's. */
    PositionSet found(int level) {
        return found.getOrDefault(level, new PositionSet());
    }

    void end() {
        full.end();
        bare.end();
    }
}
