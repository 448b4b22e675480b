package io.leveret.broker.channel;

import java.util.Map;
import java.util.TreeMap;

/**
 * The tags of a channel's deliveries that were taken back since they were not acknowledged in time: who acknowledges one of them
 * late has done nothing wrong, and nothing comes of it. Neighbours are one range, and very many ranges are not remembered. Owned
 * by the channel's event loop.
 */
final class LateTags {

    private static final int MOST_RANGES = 10_000;

    /** From the first tag to the last, by the first. They neither overlap nor touch. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    void add(long tag) {
        long first = tag;
        long last = tag;
        Map.Entry<Long, Long> before = ranges.lowerEntry(tag);
        if (before != null && before.getValue() == tag - 1) {
            first = before.getKey();
        }
        Long after = ranges.remove(tag + 1);
        if (after != null) {
            last = after;
        }
        ranges.put(first, last);
        if (ranges.size() > MOST_RANGES) {
            ranges.pollFirstEntry();
        }
    }

    boolean contains(long tag) {
        Map.Entry<Long, Long> range = ranges.floorEntry(tag);
        return range != null && range.getValue() >= tag;
    }

    /** Forgets a tag; false if it was none of them. */
    boolean remove(long tag) {
        Map.Entry<Long, Long> range = ranges.floorEntry(tag);
        if (range == null || range.getValue() < tag) {
            return false;
        }
        ranges.remove(range.getKey());
        if (range.getKey() < tag) {
            ranges.put(range.getKey(), tag - 1);
        }
        if (range.getValue() > tag) {
            ranges.put(tag + 1, range.getValue());
        }
        return true;
    }

    /** Forgets the tags up to and including {@code tag}. */
    void removeThrough(long tag) {
        Map.Entry<Long, Long> range = ranges.floorEntry(tag);
        ranges.headMap(tag, true).clear();
        if (range != null && range.getValue() > tag) {
            ranges.put(tag + 1, range.getValue());
        }
    }

    int ranges() {
        return ranges.size();
    }
}
