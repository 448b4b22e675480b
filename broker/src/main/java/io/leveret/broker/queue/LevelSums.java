package io.leveret.broker.queue;

import java.util.ArrayList;
import java.util.List;

/**
 * What all levels of a queue hold together, brought up to date by those that have changed, however many others there are. Guarded
 * by the queue's lock.
 */
final class LevelSums {

    /** Those whose part is out of date. */
    private final List<ReadyEntries> changed = new ArrayList<>(0);

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
            changed.add(level);
        }
    }

    /** Ends the present burst in all levels that it may have come to. */
    void endBurst() {
        for (int i = 0; i < changed.size(); i++) {
            changed.get(i).endBurst();
        }
    }

    LevelSums upToDate() {
        for (int i = 0; i < changed.size(); i++) {
            count(changed.get(i));
        }
        changed.clear();
        return this;
    }

    private void count(ReadyEntries level) {
        Part part = level.part;
        size -= part.size;
        bytes -= part.bytes;
        bodyBytes -= part.bodyBytes;
        memoryBytes -= part.memoryBytes;
        part.size = level.size();
        part.bytes = level.bytes();
        part.bodyBytes = level.bodyBytes();
        part.memoryBytes = level.memoryBytes();
        size += part.size;
        bytes += part.bytes;
        bodyBytes += part.bodyBytes;
        memoryBytes += part.memoryBytes;
        part.outOfDate = false;
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

    long memoryBytes() {
        return memoryBytes;
    }
}
