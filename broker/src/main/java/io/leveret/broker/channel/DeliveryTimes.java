package io.leveret.broker.channel;

import io.leveret.broker.queue.QueueSettings;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * How old the deliveries of a channel are: each look notes the newest tag, so that no delivery pays for a time of its own. A
 * delivery is never taken for older than it is, and for younger by no more than the time between two looks or a sixteenth of its
 * age. So a delivery that is never acknowledged leaves some hundred marks behind, not two a second. Owned by the channel's event
 * loop.
 */
final class DeliveryTimes {

    private static final int FEW = 64;

    /** What part of its age may be lost of a delivery's. */
    private static final int PRECISION = 16;

    /** The shortest time that what no consumer of the channel has may wait. */
    private long shortestOfOthersMs = QueueSettings.NONE;

    /** No such delivery has a higher tag. */
    private long newestOfOthers;

    private ArrayDeque<Mark> marks = new ArrayDeque<>(0);

    /** With so many marks they are thinned: twice as many as were needed then, so that each look pays little for it. */
    private int thinAt = FEW;

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
        if (marks.size() >= thinAt) {
            thin(nowMs);
            thinAt = Math.max(FEW, 2 * marks.size());
        }
    }

    /**
     * Notes that some deliveries are no consumer's: what was got, or those of a consumer that has ended.
     *
     * @param timeoutMs how long they may wait
     * @param newest none of them has a higher tag
     */
    void others(long timeoutMs, long newest) {
        shortestOfOthersMs = Math.min(shortestOfOthersMs, timeoutMs);
        newestOfOthers = newest;
    }

    /**
     * The shortest time that such a delivery may wait; {@link QueueSettings#NONE} if there is none.
     *
     * @param oldest no lower tag is outstanding
     */
    long shortestOfOthersMs(long oldest) {
        if (oldest > newestOfOthers) {
            shortestOfOthersMs = QueueSettings.NONE;
        }
        return shortestOfOthersMs;
    }

    /** Forgets the ages, since nobody asks for them at present. */
    void clear() {
        marks.clear();
        thinAt = FEW;
    }

    /** How many times are remembered. */
    int marks() {
        return marks.size();
    }

    /**
     * Drops each mark whose deliveries may as well count as those of the next one. They came after the mark before it was made, so
     * the time between those two is what is lost.
     */
    private void thin(long nowMs) {
        ArrayDeque<Mark> kept = new ArrayDeque<>(FEW);
        Iterator<Mark> all = marks.iterator();
        Mark each = all.next();
        kept.addLast(each);
        each = all.next();
        while (all.hasNext()) {
            Mark next = all.next();
            if (next.timeMs() - kept.getLast().timeMs() > (nowMs - each.timeMs()) / PRECISION) {
                kept.addLast(each);
            }
            each = next;
        }
        kept.addLast(each);
        marks = kept;
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
