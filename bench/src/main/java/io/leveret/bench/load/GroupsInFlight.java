package io.leveret.bench.load;

/**
 * What the publisher and the consumers of a run with message groups know together: how many messages are on their way, and which one
 * of each group comes next. Owned by the loop.
 */
final class GroupsInFlight {

    private final int[] published;
    private final int[] received;
    private final boolean ordered;
    private long sent;
    private long delivered;

    /** @param ordered whether each group has to come in order */
    GroupsInFlight(int groups, boolean ordered) {
        this.published = new int[groups];
        this.received = new int[groups];
        this.ordered = ordered;
    }

    int groups() {
        return published.length;
    }

    /** The number of the next message of a group. */
    int publish(int group) {
        sent++;
        return published[group]++;
    }

    void receive(int group, int number) {
        delivered++;
        int expected = received[group]++;
        if (ordered && number != expected) {
            throw new LoadException("message %d of group %d (expected: %d)".formatted(number, group, expected));
        }
    }

    long delivered() {
        return delivered;
    }

    long inFlight() {
        return sent - delivered;
    }
}
