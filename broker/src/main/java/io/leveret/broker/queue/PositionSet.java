package io.leveret.broker.queue;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.roaringbitmap.RoaringBitmap;

/** Positions, compressed: near ones take a few bits each. Guarded by the lock of who owns it. */
public final class PositionSet {

    private static final int LOW_BITS = 20;
    private static final long LOW_MASK = (1L << LOW_BITS) - 1;

    private final TreeMap<Long, RoaringBitmap> byHigh = new TreeMap<>();

    public void add(long position) {
        byHigh.computeIfAbsent(high(position), key -> new RoaringBitmap()).add(low(position));
    }

    public boolean contains(long position) {
        RoaringBitmap set = byHigh.get(high(position));
        return set != null && set.contains(low(position));
    }

    /** How many there are; costs as much as there are blocks of near ones. */
    long size() {
        return byHigh.values().stream()
                .mapToLong(RoaringBitmap::getLongCardinality)
                .sum();
    }

    /** False if it was not in the set. */
    public boolean remove(long position) {
        RoaringBitmap set = byHigh.get(high(position));
        if (set == null || !set.checkedRemove(low(position))) {
            return false;
        }
        if (set.isEmpty()) {
            byHigh.remove(high(position));
        }
        return true;
    }

    PositionSet copy() {
        PositionSet copy = new PositionSet();
        copy.addAll(this);
        return copy;
    }

    void addAll(PositionSet others) {
        others.byHigh.forEach((high, set) -> {
            RoaringBitmap there = byHigh.putIfAbsent(high, set.clone());
            if (there != null) {
                there.or(set);
            }
        });
    }

    /** Those up to a position, growing. */
    long[] through(long position) {
        LongStream.Builder found = LongStream.builder();
        for (Map.Entry<Long, RoaringBitmap> each :
                byHigh.headMap(high(position), true).entrySet()) {
            long base = each.getKey() << LOW_BITS;
            each.getValue().forEach((int low) -> {
                if (base + low <= position) {
                    found.add(base + low);
                }
            });
        }
        return found.build().toArray();
    }

    private static long high(long position) {
        return position >>> LOW_BITS;
    }

    private static int low(long position) {
        return (int) (position & LOW_MASK);
    }
}
