package io.leveret.bench.load;

/**
 * What the publisher and the consumers of a run with message groups know together: how many messages are on their way, which one of
 * each group comes next, and how many groups are at work. Owned by the loop.
 */
final class GroupsInFlight {

    private final int[] published;
    private final int[] received;
    private final int[] settled;
    private final boolean ordered;
    private long sent;
    private long delivered;
    private int active;
    private int held;

    /** @param ordered whether each group has to come in order */
    GroupsInFlight(int groups, boolean ordered) {
        this.published = new int[groups];
        this.received = new int[groups];
        this.settled = new int[groups];
        this.ordered = ordered;
    }

    int groups() {
        return published.length;
    }

    /** The number of the next message of a group. */
    int publish(int group) {
        sent++;
        if (published[group] == settled[group]) {
            active++;
        }
        return published[group]++;
    }

    void receive(int group, int number) {
        delivered++;
        if (received[group] == settled[group]) {
            held++;
        }
        int expected = received[group]++;
        if (ordered && number != expected) {
            throw new LoadException("message %d of group %d (expected: %d)".formatted(number, group, expected));
        }
    }

    /** One message that was received of a group is acknowledged. */
    void settle(int group) {
        settled[group]++;
        if (received[group] == settled[group]) {
            held--;
        }
        if (published[group] == settled[group]) {
            active--;
        }
    }

    long delivered() {
        return delivered;
    }

    long inFlight() {
        return sent - delivered;
    }

    /** Groups with messages that were published and are not acknowledged. */
    int active() {
        return active;
    }

    /** Groups with messages that a consumer has received and not acknowledged. */
    int held() {
        return held;
    }
}
