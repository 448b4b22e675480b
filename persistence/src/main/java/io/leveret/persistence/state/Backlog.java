package io.leveret.persistence.state;

import io.leveret.persistence.index.SegmentEntries;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * What one queue has in one segment. Owned by its {@link StoreState}'s thread. Holds a count, not the entries: which ordinals are the
 * queue's at all only the segment's index tells, and this tells which of them are settled.
 */
public final class Backlog {

    private final long segment;

    /** Whatever is below is settled, or never was the queue's. */
    private int floor;

    private int last;
    private int live;
    private long bytes;
    private long sharedBytes;

    /** What is settled above the floor; may have ordinals that are not the queue's. Null, never empty. */
    private @Nullable RoaringBitmap settled;

    Backlog(long segment) {
        this.segment = segment;
    }

    Backlog(
            long segment,
            int floor,
            int last,
            int live,
            long bytes,
            long sharedBytes,
            @Nullable RoaringBitmap settled) {
        this(segment);
        this.floor = floor;
        this.last = last;
        this.live = live;
        this.bytes = bytes;
        this.sharedBytes = sharedBytes;
        this.settled = settled;
    }

    public long segment() {
        return segment;
    }

    /** No entry below that ordinal is live. */
    public int floor() {
        return floor;
    }

    /** The ordinal of the newest entry, live or not. */
    public int last() {
        return last;
    }

    /** How many entries are not settled. */
    public int live() {
        return live;
    }

    /**
     * Of the live entries' heads and bodies: exact for what was settled before the segment was indexed, since then by the average, so
     * that it is 0 when nothing is live, and exact when all have one size.
     */
    public long bytes() {
        return bytes;
    }

    /** As {@link #bytes}, each message's bytes divided by the number of queues that took it. */
    public long sharedBytes() {
        return sharedBytes;
    }

    /** Whether an entry of the queue with that ordinal is not settled. Of no meaning for ordinals of other queues. */
    public boolean isLive(int ordinal) {
        return ordinal >= floor && ordinal <= last && (settled == null || !settled.contains(ordinal));
    }

    /** A copy of the ordinals from the floor on that are settled, with others in it that are not the queue's; null for none. */
    public @Nullable RoaringBitmap settled() {
        return settled == null ? null : settled.clone();
    }

    @Nullable
    RoaringBitmap packedHoles() {
        // A copy, since others may read meanwhile.
        RoaringBitmap packed = settled();
        if (packed != null) {
            packed.runOptimize();
        }
        return packed;
    }

    void publish(int ordinal, int length, int sharers) {
        if (live == 0) {
            floor = ordinal;
        }
        last = ordinal;
        live++;
        bytes += length;
        sharedBytes += length / sharers;
    }

    /** @return false if it was settled before */
    boolean settle(int ordinal, @Nullable SegmentEntries gathered) {
        if (!mark(ordinal)) {
            return false;
        }
        if (live == 1) {
            settleAll();
        } else {
            subtract(ordinal, gathered);
        }
        return true;
    }

    /**
     * Settles all up to an ordinal.
     *
     * @param kept what stays live of it, growing
     * @param above what is live above it
     */
    void settleThrough(int through, int[] kept, int[] above, @Nullable SegmentEntries gathered) {
        int stay = kept.length + above.length;
        if (stay == 0) {
            settleAll();
            return;
        }
        keepBytes(stay, kept, above, gathered);
        live = stay;
        RoaringBitmap holes = settled == null ? new RoaringBitmap() : settled;
        if (through >= floor) {
            holes.add((long) floor, Math.min(through, last) + 1L);
        }
        for (int ordinal : kept) {
            holes.remove(ordinal);
        }
        settled = holes;
        raiseFloor(kept.length > 0 ? kept[0] : Math.max(floor, through + 1));
    }

    /** Tells that nothing below an ordinal is live, which stands to be an entry that is. */
    void raiseFloor(int ordinal) {
        floor = Math.max(floor, ordinal);
        RoaringBitmap holes = settled;
        if (holes == null) {
            return;
        }
        floor = (int) holes.nextAbsentValue(floor);
        holes.remove(0L, floor);
        if (holes.isEmpty()) {
            settled = null;
        }
    }

    /** The segment's file was written anew and holds less. */
    void compacted(int entries, long entryBytes, long entrySharedBytes) {
        bytes = share(entryBytes, live, entries);
        sharedBytes = share(entrySharedBytes, live, entries);
    }

    private boolean mark(int ordinal) {
        if (ordinal < floor || ordinal > last) {
            return false;
        }
        if (ordinal == floor) {
            raiseFloor(ordinal + 1);
            return true;
        }
        if (settled == null) {
            settled = new RoaringBitmap();
        }
        return settled.checkedAdd(ordinal);
    }

    private void subtract(int ordinal, @Nullable SegmentEntries gathered) {
        if (gathered == null) {
            bytes -= bytes / live;
            sharedBytes -= sharedBytes / live;
        } else {
            int publish = gathered.find(ordinal);
            bytes -= gathered.length(publish);
            sharedBytes -= gathered.share(publish);
        }
        live--;
    }

    private void settleAll() {
        live = 0;
        bytes = 0;
        sharedBytes = 0;
        floor = last + 1;
        settled = null;
    }

    private void keepBytes(int stay, int[] kept, int[] above, @Nullable SegmentEntries gathered) {
        if (gathered == null) {
            bytes = share(bytes, stay, live);
            sharedBytes = share(sharedBytes, stay, live);
            return;
        }
        bytes = 0;
        sharedBytes = 0;
        for (int[] ordinals : new int[][] {kept, above}) {
            for (int ordinal : ordinals) {
                int publish = gathered.find(ordinal);
                bytes += gathered.length(publish);
                sharedBytes += gathered.share(publish);
            }
        }
    }

    /** {@code total * part / whole}, which must not overflow. */
    private static long share(long total, int part, int whole) {
        return total / whole * part + total % whole * part / whole;
    }
}
