package io.leveret.broker.queue;

import java.util.List;
import java.util.stream.LongStream;

/** What a purge removed from a queue, and what the store must learn of it. Immutable. */
public final class Purged {

    private final int count;
    private final List<Part> parts;

    Purged(int count, List<Part> parts) {
        this.count = count;
        this.parts = List.copyOf(parts);
    }

    /**
     * What the store must learn of one level of the queue. Nobody changes the arrays.
     *
     * @param throughPosition every entry in the store up to this position is settled, apart from those in {@code except}; -1 if only
     *     those in {@code apart} are
     * @param except the positions of entries that are given out and may come back; growing
     * @param apart the positions of further entries that are settled, each on its own; growing
     */
    public record Part(int level, long throughPosition, long[] except, long[] apart) {}

    /** How many entries were ready. */
    public int count() {
        return count;
    }

    /** For each level that the store may have something of; none if the queue has no store. */
    public List<Part> parts() {
        return parts;
    }

    static long[] union(long[] one, long[] other) {
        if (one.length == 0 || other.length == 0) {
            return one.length == 0 ? other : one;
        }
        return LongStream.concat(LongStream.of(one), LongStream.of(other))
                .sorted()
                .toArray();
    }
}
