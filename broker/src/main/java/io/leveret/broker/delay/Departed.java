package io.leveret.broker.delay;

import io.leveret.broker.queue.PositionSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What has left a delayed exchange while a search of the store may still find it: a search sees what was durable when it began.
 * Guarded by the {@link Delays}.
 */
final class Departed {

    private final PositionSet positions = new PositionSet();
    private final ArrayDeque<Group> groups = new ArrayDeque<>();

    /** For each search that is under way what was durable when it began. */
    private final List<Long> searches = new ArrayList<>(2);

    /** What leaves with one batch of the store. */
    static final class Group {

        private final long[] left;
        private long batch = Long.MAX_VALUE;

        private Group(long[] left) {
            this.left = left;
        }
    }

    boolean contains(long position) {
        return positions.contains(position);
    }

    /** These leave with a batch that is to be appended. */
    Group leaving(long[] left) {
        Group group = new Group(left);
        for (long position : left) {
            positions.add(position);
        }
        groups.add(group);
        return group;
    }

    void left(Group group, long batch) {
        group.batch = batch;
    }

    /** They have not left after all. */
    void stay(Group group) {
        groups.remove(group);
        forget(group);
    }

    /** @param durable what is durable now; to be given back to {@link #searchEnds} */
    void searchBegins(long durable) {
        searches.add(durable);
    }

    void searchEnds(long durable) {
        searches.remove(durable);
    }

    /** Forgets what no search finds any more. */
    void trim(long durable) {
        long seen = Math.min(
                durable, searches.stream().mapToLong(each -> each).min().orElse(Long.MAX_VALUE));
        while (!groups.isEmpty() && groups.element().batch <= seen) {
            forget(groups.remove());
        }
    }

    private void forget(Group group) {
        for (long position : group.left) {
            positions.remove(position);
        }
    }
}
