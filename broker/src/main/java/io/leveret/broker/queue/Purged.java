package io.leveret.broker.queue;

/** What a purge removed from a queue, and what the store must learn of it. Immutable. */
public final class Purged {

    private final int count;
    private final long throughPosition;
    private final long[] except;
    private final long[] apart;

    Purged(int count, long throughPosition, long[] except, long[] apart) {
        this.count = count;
        this.throughPosition = throughPosition;
        this.except = except;
        this.apart = apart;
    }

    /** How many entries were ready. */
    public int count() {
        return count;
    }

    /** Every entry in the store up to this position is settled, apart from those in {@link #except}. */
    public long throughPosition() {
        return throughPosition;
    }

    /** The positions of entries that are given out and may come back; growing. */
    public long[] except() {
        return except;
    }

    /** The positions of further entries that are settled, each on its own; growing. */
    public long[] apart() {
        return apart;
    }
}
