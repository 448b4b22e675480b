package io.leveret.broker.queue;

/**
 * What all levels of a queue hold together, brought up to date by those that have changed, however many others there are. Guarded
 * by the queue's lock.
 */
final class LevelSums {

    /** The places of those whose part is out of date: numbers, since each reference written into an old object costs a memory barrier. */
    private final int[] changed;

    private int changedCount;
    private long size;
    private long bytes;
    private long bodyBytes;
    private long memoryBytes;

    /** How many levels are not {@link ReadyEntries#isPlain}. */
    private int particular;

    /** What one level has in the sums. */
    static final class Part {

        private boolean outOfDate;
        private long size;
        private long bytes;
        private long bodyBytes;
        private long memoryBytes;
        private int particular;
    }

    LevelSums(Priorities priorities) {
        // And that of what has returned.
        changed = new int[priorities.levels() + 1];
    }

    /** A level's part is out of date. */
    void changed(ReadyEntries level) {
        if (!level.part.outOfDate) {
            level.part.outOfDate = true;
            changed[changedCount++] = level.at;
        }
    }

    /** The levels have other places from now on. */
    void placed(ReadyEntries[] all) {
        changedCount = 0;
        for (ReadyEntries level : all) {
            level.part.outOfDate = false;
            changed(level);
        }
    }

    /** Ends the present burst in all levels that it may have come to. */
    void endBurst(ReadyEntries[] all) {
        for (int i = 0; i < changedCount; i++) {
            all[changed[i]].endBurst();
        }
    }

    LevelSums upToDate(ReadyEntries[] all) {
        for (int i = 0; i < changedCount; i++) {
            ReadyEntries level = all[changed[i]];
            count(level);
        }
        changedCount = 0;
        return this;
    }

    private void count(ReadyEntries level) {
        Part part = level.part;
        add(part, -1);
        part.outOfDate = false;
        part.size = level.size();
        part.bytes = level.bytes();
        part.bodyBytes = level.bodyBytes();
        part.memoryBytes = level.memoryBytes();
        part.particular = level.isPlain() ? 0 : 1;
        add(part, 1);
    }

    private void add(Part part, int times) {
        size += times * part.size;
        bytes += times * part.bytes;
        bodyBytes += times * part.bodyBytes;
        memoryBytes += times * part.memoryBytes;
        particular += times * part.particular;
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

    /** What all take of the heap. */
    long memoryBytes() {
        return memoryBytes;
    }

    /** Whether all levels are {@link ReadyEntries#isPlain}. */
    boolean arePlain() {
        return particular == 0;
    }
}
