package io.leveret.broker.queue;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The message groups of a queue as of one moment. Immutable.
 *
 * @param groups how many have anything unsettled, set aside, or waiting for its time
 * @param setAside how many messages were looked past, since their group is held up; they count as ready
 * @param lookahead how many may be
 * @param waits whether the queue waits: what is ready next is held up, and can't be looked past
 * @param listed the groups that were asked for, in the order of their keys
 */
public record GroupsView(int groups, int setAside, int lookahead, boolean waits, List<GroupView> listed) {

    /** So many are listed at once, so that nobody holds the queue's lock for long. */
    public static final int MOST_LISTED = 1_000;

    private static final Comparator<Group> BY_KEY = Comparator.comparing(group -> group.key.toString());

    /**
     * One of them.
     *
     * @param key the routing key, or the header's value as a text
     * @param holder the tag of the consumer that has all that is unsettled; null if nothing is, or a {@code basic.get} took it
     * @param setAside how many of its messages were looked past
     * @param delayed how many wait for their time
     */
    public record GroupView(String key, @Nullable String holder, int unsettled, int setAside, int delayed) {

        private static GroupView of(Group group) {
            HeldGroups held = group.holder;
            return new GroupView(
                    group.key.toString(),
                    held == null ? null : held.consumer.tag(),
                    group.unsettled,
                    group.asideCount(),
                    group.delayed);
        }
    }

    /**
     * Under the queue's lock; null if its messages are not grouped.
     *
     * @param afterKey none whose key does not follow it; null for all
     * @param limit how many are listed, 1 to {@link #MOST_LISTED}; one more if it has the key of the last
     */
    static @Nullable GroupsView of(Stock stock, @Nullable String afterKey, int limit) {
        if (limit < 1 || limit > MOST_LISTED) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 to " + MOST_LISTED + ")");
        }
        SetAside aside = stock.aside();
        if (aside == null) {
            return null;
        }
        Groups groups = aside.groups();
        return new GroupsView(
                groups.size(), aside.size(), aside.lookahead(), stock.isStuck(), page(groups, afterKey, limit));
    }

    /** The groups with a key: a text and a number may read the same. Under the queue's lock. */
    static List<GroupView> of(Stock stock, String key) {
        SetAside aside = stock.aside();
        return aside == null
                ? List.of()
                : aside.groups().find(key).stream().map(GroupView::of).toList();
    }

    /** Two groups of one key stay together, so that the next page misses neither. */
    private static List<GroupView> page(Groups groups, @Nullable String afterKey, int limit) {
        PriorityQueue<Group> first = new PriorityQueue<>(BY_KEY.reversed());
        groups.all().forEach(group -> {
            if (afterKey == null || group.key.toString().compareTo(afterKey) > 0) {
                first.add(group);
                if (first.size() > limit + 1) {
                    first.remove();
                }
            }
        });
        List<Group> page = first.stream().sorted(BY_KEY).toList();
        boolean together = page.size() <= limit || BY_KEY.compare(page.get(limit - 1), page.get(limit)) == 0;
        return (together ? page : page.subList(0, limit))
                .stream().map(GroupView::of).toList();
    }
}
