package io.leveret.broker.channel;

import java.util.ArrayDeque;

/**
 * How old the deliveries of a channel are, to within the time between two looks: each look notes the newest tag, so that no delivery
 * pays for a time of its own. Owned by the channel's event loop.
 */
final class DeliveryTimes {

    private final ArrayDeque<Mark> marks = new ArrayDeque<>(0);

    /** What had been delivered at a time. */
    private record Mark(long tag, long timeMs) {}

    /**
     * Notes what is outstanding now.
     *
     * @param oldest no lower tag is outstanding
     * @param newest the highest tag that was given
     */
    void look(long oldest, long newest, long nowMs) {
        while (!marks.isEmpty() && marks.getFirst().tag() < oldest) {
            marks.removeFirst();
        }
        if (newest >= oldest && (marks.isEmpty() || marks.getLast().tag() < newest)) {
            marks.addLast(new Mark(newest, nowMs));
        }
    }

    /** The highest tag that is known to have been given at a time or before; 0 if none is. */
    long givenBy(long timeMs) {
        long tag = 0;
        for (Mark mark : marks) {
            if (mark.timeMs() > timeMs) {
                break;
            }
            tag = mark.tag();
        }
        return tag;
    }
}
