package io.leveret.broker.queue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The message groups of a queue as of one moment. Immutable.
 *
 * @param groups how many have anything unsettled, set aside, or waiting for its time
 * @param setAside how many messages were looked past, since their group is held up; they count as ready
 * @param lookahead how many may be
 * @param waits whether the queue waits: what is ready next is held up, and can't be looked past
 * @param listed the groups, {@link #MOST_LISTED} at most, in no order
 */
public record GroupsView(int groups, int setAside, int lookahead, boolean waits, List<GroupView> listed) {

    /** So many are listed, so that nobody holds the queue's lock for long. */
    public static final int MOST_LISTED = 1_000;

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

    /** Under the queue's lock; null if its messages are not grouped. */
    static @Nullable GroupsView of(Stock stock) {
        SetAside aside = stock.aside();
        if (aside == null) {
            return null;
        }
        Groups groups = aside.groups();
        List<GroupView> listed =
                groups.first(MOST_LISTED).stream().map(GroupView::of).toList();
        return new GroupsView(groups.size(), aside.size(), aside.lookahead(), stock.isStuck(), listed);
    }
}
