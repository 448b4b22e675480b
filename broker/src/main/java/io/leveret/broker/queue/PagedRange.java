package io.leveret.broker.queue;

import io.leveret.broker.queue.Backlog.ListedEntry;

/**
 * The stretch of a queue that only the store has: every live entry that the store has of the queue from the first to the last
 * position is ready, and none of them is in memory. Guarded by the queue's lock.
 */
final class PagedRange {

    private long from;
    private long through;
    private long entries;
    private long bytes;
    private long bodyBytes;

    /** What has left from here or from memory, and may show in the store between the others. */
    private final Departed departed;

    /** Moves when a read that was under way no longer fits. */
    private int version;

    PagedRange(Departed departed) {
        this.departed = departed;
    }

    boolean isEmpty() {
        return entries == 0;
    }

    long entries() {
        return entries;
    }

    long bytes() {
        return bytes;
    }

    /** What the bodies take; only an estimate for what was here at the last start, never too much. */
    long bodyBytes() {
        return bodyBytes;
    }

    long from() {
        return from;
    }

    long through() {
        return through;
    }

    int version() {
        return version;
    }

    /** What recovery found: nothing of the queue is in memory yet. */
    void recovered(long throughPosition, long count, long countBytes) {
        from = 0;
        through = throughPosition;
        entries = count;
        bytes = countBytes;
        bodyBytes = countBytes;
    }

    boolean contains(long position) {
        return entries > 0 && position >= from && position <= through && !departed.contains(position);
    }

    boolean isGone(long position) {
        return departed.contains(position);
    }

    /** Takes out an entry that is in here, and with it what an entry takes on average: of itself nothing is known. */
    void remove() {
        bytes -= bytes / entries;
        bodyBytes -= bodyBytes / entries;
        entries--;
    }

    /** Takes in an entry that stands behind all others. */
    void extend(QueueEntry entry) {
        if (entries == 0) {
            from = entry.position();
            version++;
        }
        through = entry.position();
        entries++;
        bytes += entry.bytes();
        bodyBytes += entry.bodyBytes();
    }

    /** Takes in an entry that stands before all others. */
    void extendDown(QueueEntry entry) {
        if (entries == 0) {
            through = entry.position();
        }
        from = entry.position();
        version++;
        entries++;
        bytes += entry.bytes();
        bodyBytes += entry.bodyBytes();
    }

    /** Notes that its first entry is in memory now. */
    void loaded(QueueEntry first) {
        from = first.position() + 1;
        entries = from > through ? 0 : Math.max(0, entries - 1);
        bytes = entries == 0 ? 0 : Math.max(0, bytes - first.bytes());
        bodyBytes = entries == 0 ? 0 : Math.max(0, bodyBytes - first.bodyBytes());
    }

    /** Notes that its first entry has left, and nobody has read it. */
    void left(ListedEntry first) {
        from = first.position() + 1;
        entries = from > through ? 0 : Math.max(0, entries - 1);
        bytes = entries == 0 ? 0 : Math.max(0, bytes - first.bytes());
        bodyBytes = entries == 0 ? 0 : Math.max(0, bodyBytes - first.bodyBytes());
    }

    /** Notes that its first entry in the store is one that expired. */
    void skipped(long position) {
        from = position + 1;
        if (from > through) {
            clear();
        }
    }

    /** Notes that nothing of it stands before this position. */
    void beginsAt(long position) {
        from = position;
    }

    void clear() {
        entries = 0;
        bytes = 0;
        bodyBytes = 0;
    }
}
