package io.leveret.broker.queue;

import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/** Positions, compressed: near ones take a few bits each. Guarded by the queue's lock. */
final class PositionSet {

    private static final int LOW_BITS = 20;
    private static final long LOW_MASK = (1L << LOW_BITS) - 1;

    private final TreeMap<Long, RoaringBitmap> byHigh = new TreeMap<>();

    boolean isEmpty() {
        return byHigh.isEmpty();
    }

    /** False if it was in the set before. */
    boolean add(long position) {
        return byHigh.computeIfAbsent(position >>> LOW_BITS, high -> new RoaringBitmap())
                .checkedAdd((int) (position & LOW_MASK));
    }

    boolean contains(long position) {
        RoaringBitmap low = byHigh.get(position >>> LOW_BITS);
        return low != null && low.contains((int) (position & LOW_MASK));
    }

    /** Removes all positions up to one, and perhaps leaves some of the last ones. */
    void removeThrough(long position) {
        byHigh.headMap(position >>> LOW_BITS, false).clear();
    }

    void clear() {
        byHigh.clear();
    }
}
