package io.leveret.broker.queue;

import java.util.BitSet;

/**
 * What all levels of a queue hold together, brought up to date by those that have changed, however many others there are. Guarded
 * by the queue's lock.
 */
final class LevelSums {

    /** The places of those whose part is out of date. */
    private final BitSet changed = new BitSet();

    /** Likewise but for the memory, which alone is asked for at each crossing of the queue's lock. */
    private final BitSet uncounted = new BitSet();

    private long size;
    private long bytes;
    private long bodyBytes;
    private long memoryBytes;

    /** What one level has in the sums. */
    static final class Part {

        private boolean outOfDate;
        private long size;
        private long bytes;
        private long bodyBytes;
        private long memoryBytes;
    }

    /** A level's part is out of date. */
    void changed(ReadyEntries level) {
        if (!level.part.outOfDate) {
            level.part.outOfDate = true;
            changed.set(level.at);
        }
    }

    /** The levels have other places from now on. */
    void placed(ReadyEntries[] all) {
        for (ReadyEntries level : all) {
            level.part.outOfDate = true;
        }
        changed.set(0, all.length);
    }

    /** Ends the present burst in all levels that it may have come to. */
    void endBurst(ReadyEntries[] all) {
        for (int at = changed.nextSetBit(0); at >= 0; at = changed.nextSetBit(at + 1)) {
            all[at].endBurst();
        }
    }

    LevelSums upToDate(ReadyEntries[] all) {
        memoryBytes(all);
        for (int at = uncounted.nextSetBit(0); at >= 0; at = uncounted.nextSetBit(at + 1)) {
            count(all[at]);
        }
        uncounted.clear();
        return this;
    }

    /** What all take of the heap. */
    long memoryBytes(ReadyEntries[] all) {
        for (int at = changed.nextSetBit(0); at >= 0; at = changed.nextSetBit(at + 1)) {
            Part part = all[at].part;
            long now = all[at].memoryBytes();
            memoryBytes += now - part.memoryBytes;
            part.memoryBytes = now;
            part.outOfDate = false;
        }
        uncounted.or(changed);
        changed.clear();
        return memoryBytes;
    }

    private void count(ReadyEntries level) {
        Part part = level.part;
        size -= part.size;
        bytes -= part.bytes;
        bodyBytes -= part.bodyBytes;
        part.size = level.size();
        part.bytes = level.bytes();
        part.bodyBytes = level.bodyBytes();
        size += part.size;
        bytes += part.bytes;
        bodyBytes += part.bodyBytes;
    }

    long size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    long bodyBytes() {
        return bodyBytes;
    }
}
