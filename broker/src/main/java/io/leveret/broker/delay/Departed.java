package io.leveret.broker.delay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What has left delayed exchanges while a search of the store may still find it: a search sees what was durable when it began. One
 * message may wait in several exchanges, so each has a set of its own. Guarded by the {@link Delays}.
 */
final class Departed {

    private final ArrayDeque<Group> groups = new ArrayDeque<>();

    /** For each search that is under way what was durable when it began. */
    private final List<Long> searches = new ArrayList<>(2);

    /** What leaves one exchange with one batch of the store. */
    static final class Group {

        private final DelayedMessages room;
        private final long[] left;
        private long batch = Long.MAX_VALUE;

        private Group(DelayedMessages room, long[] left) {
            this.room = room;
            this.left = left;
        }
    }

    /** These leave with a batch that is to be appended. */
    Group leaving(DelayedMessages room, long[] left) {
        Group group = new Group(room, left);
        for (long position : left) {
            room.departed.add(position);
        }
        groups.add(group);
        return group;
    }

    void left(Group group, long batch) {
        group.batch = batch;
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
            Group group = groups.remove();
            for (long position : group.left) {
                group.room.departed.remove(position);
            }
        }
    }
}
