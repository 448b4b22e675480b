package io.leveret.broker.channel;

import io.leveret.broker.queue.QueueEntry;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of a channel that wait for an acknowledgement, by delivery tag: a ring over the latest tags, and apart those
 * few that stayed behind while nearly all after them were settled. So memory is that of what is outstanding, not of the tags
 * in between. Owned by the channel's event loop.
 */
final class UnackedDeliveries {

    private static final int INITIAL = 8;
    private static final int KEPT = 4096;
    /** A larger ring with less than a quarter in use does not grow. */
    private static final int SPARSE = 1024;

    /** Takes a delivery and the tag that it had. */
    interface TaggedDelivery {
        void accept(long tag, QueueEntry entry);
    }

    private @Nullable QueueEntry[] ring = new QueueEntry[INITIAL];
    /** The oldest tag that may be outstanding in the ring, which holds the tags from here up to {@code next}. */
    private long first = 1;

    private long next = 1;
    private int inRing;

    /** All of them below {@code first}. */
    private final TreeMap<Long, QueueEntry> stragglers = new TreeMap<>();

    int size() {
        return inRing + stragglers.size();
    }

    /** Adds a delivery under a tag above all before it. */
    void add(long tag, QueueEntry entry) {
        if (inRing == 0) {
            first = tag;
        }
        while (tag - first >= ring.length) {
            makeRoom(tag);
        }
        ring[index(tag)] = entry;
        next = tag + 1;
        inRing++;
    }

    /** Puts a delivery back under the tag it had. */
    void restore(long tag, QueueEntry entry) {
        if (tag < first) {
            stragglers.put(tag, entry);
        } else {
            ring[index(tag)] = entry;
            inRing++;
        }
    }

    boolean contains(long tag) {
        return isInRing(tag) || stragglers.containsKey(tag);
    }

    /** Takes one delivery out; null if the tag is not outstanding. */
    @Nullable
    QueueEntry remove(long tag) {
        if (!isInRing(tag)) {
            return stragglers.isEmpty() ? null : stragglers.remove(tag);
        }
        QueueEntry entry = ring[index(tag)];
        ring[index(tag)] = null;
        inRing--;
        skipSettled();
        return entry;
    }

    /** Takes the deliveries up to and including {@code tag} out, oldest first. */
    void removeThrough(long tag, TaggedDelivery sink) {
        if (!stragglers.isEmpty()) {
            Map<Long, QueueEntry> through = stragglers.headMap(tag, true);
            through.forEach(sink::accept);
            through.clear();
        }
        while (inRing > 0 && first <= tag) {
            long oldest = first;
            QueueEntry entry = remove(oldest);
            if (entry != null) {
                sink.accept(oldest, entry);
            }
        }
    }

    /**
     * Shows the deliveries from one tag up to and including another, oldest first.
     *
     * @param most how many are looked at, or places where one was
     * @return the tag through which all are shown
     */
    long forEach(long from, long through, int most, TaggedDelivery sink) {
        int left = most;
        for (Map.Entry<Long, QueueEntry> each : stragglers.tailMap(from, true).entrySet()) {
            if (each.getKey() > through || left-- == 0) {
                return Math.min(through, each.getKey() - 1);
            }
            sink.accept(each.getKey(), each.getValue());
        }
        for (long tag = Math.max(first, from); inRing > 0 && tag <= Math.min(through, next - 1); tag++) {
            if (left-- == 0) {
                return tag - 1;
            }
            QueueEntry entry = ring[index(tag)];
            if (entry != null) {
                sink.accept(tag, entry);
            }
        }
        return through;
    }

    /** No tag below this is outstanding. */
    long oldest() {
        return stragglers.isEmpty() ? first : stragglers.firstKey();
    }

    /** The highest tag given; nothing above it is outstanding. */
    long newest() {
        return next - 1;
    }

    private boolean isInRing(long tag) {
        return inRing > 0 && tag >= first && tag < next && ring[index(tag)] != null;
    }

    private void skipSettled() {
        if (inRing == 0) {
            first = next;
            if (ring.length > KEPT) {
                ring = new QueueEntry[INITIAL];
            }
            return;
        }
        while (ring[index(first)] == null) {
            first++;
        }
    }

    private void makeRoom(long tag) {
        if (ring.length < SPARSE || inRing >= ring.length / 4) {
            grow();
            return;
        }
        leaveBehind(tag - ring.length / 2);
        if (inRing == 0) {
            first = tag;
        } else {
            skipSettled();
        }
    }

    private void leaveBehind(long end) {
        for (long tag = first; tag < Math.min(end, next); tag++) {
            QueueEntry entry = ring[index(tag)];
            if (entry != null) {
                stragglers.put(tag, entry);
                ring[index(tag)] = null;
                inRing--;
            }
        }
    }

    private void grow() {
        @Nullable QueueEntry[] larger = new QueueEntry[ring.length * 2];
        for (long tag = first; tag < next; tag++) {
            larger[(int) (tag & (larger.length - 1))] = ring[index(tag)];
        }
        ring = larger;
    }

    /** The ring's length is a power of two. */
    private int index(long tag) {
        return (int) (tag & (ring.length - 1));
    }
}
