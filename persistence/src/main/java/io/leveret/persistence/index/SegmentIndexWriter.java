package io.leveret.persistence.index;

import io.leveret.persistence.disk.Disk;
import java.io.IOException;

/** Writes one segment's index from its gathered entries; used once, by one thread. */
final class SegmentIndexWriter {

    /** Later formats keep the header's key, and begin it with their number, so that each tells the other from damage. */
    static final int FORMAT = 1;

    static final int HEADER = 0;
    static final int COUNTS = 1;
    static final int ENTRIES = 2;
    static final References DEADLINES = new References(3);
    static final References HASHES = new References(4);

    private final SegmentEntries entries;
    private final int[] rows;
    private final PackedOutput value = new PackedOutput();

    SegmentIndexWriter(SegmentEntries entries) {
        this.entries = entries;
        this.rows = entries.byQueue();
    }

    void write(Disk disk, String name, long generation) throws IOException {
        try (TableWriter table = TableWriter.create(disk, name)) {
            value.unsigned(FORMAT);
            value.unsigned(entries.publishes());
            value.unsigned(entries.entries());
            table.put(HEADER, entries.segment(), generation, value);
            writeCounts(table);
            writeEntries(table);
            DEADLINES.write(table, entries, entries::deadlineMs);
            HASHES.write(table, entries, entries::hash);
            table.finish();
        }
    }

    /** Where in {@code b} the last ordinal of a chunk stands: below the level. */
    static long chunkKey(int level, int lastOrdinal) {
        return (long) level << 32 | lastOrdinal;
    }

    /** Of a chunk with that key. */
    static int lastOrdinal(long chunkKey) {
        return (int) chunkKey;
    }

    private void writeCounts(TableWriter table) throws IOException {
        for (int from = 0; from < rows.length; ) {
            int to = endOfRun(from);
            writeCount(table, from, to);
            from = to;
        }
    }

    private void writeCount(TableWriter table, int from, int to) throws IOException {
        long bytes = 0;
        long sharedBytes = 0;
        for (int i = from; i < to; i++) {
            int publish = entries.publishOf(rows[i]);
            bytes += entries.length(publish);
            sharedBytes += entries.share(publish);
        }
        value.clear();
        value.unsigned(to - from);
        value.unsigned(bytes);
        value.unsigned(sharedBytes);
        value.unsigned(entries.ordinalOf(rows[from]));
        value.unsigned(entries.ordinalOf(rows[to - 1]));
        table.put(COUNTS, entries.queueId(rows[from]), entries.level(rows[from]), value);
    }

    private void writeEntries(TableWriter table) throws IOException {
        for (int from = 0; from < rows.length; ) {
            int end = endOfRun(from);
            while (from < end) {
                from = writeChunk(table, from, end);
            }
        }
    }

    private int writeChunk(TableWriter table, int from, int end) throws IOException {
        EntryChunk chunk = new EntryChunk();
        value.clear();
        int at = from;
        while (at < end && at - from < EntryChunk.MAX_ENTRIES && value.size() < EntryChunk.FULL_BYTES) {
            chunk.write(entries, rows[at++], value);
        }
        int last = rows[at - 1];
        table.put(ENTRIES, entries.queueId(last), chunkKey(entries.level(last), entries.ordinalOf(last)), value);
        return at;
    }

    private int endOfRun(int from) {
        long queueId = entries.queueId(rows[from]);
        int level = entries.level(rows[from]);
        int to = from + 1;
        while (to < rows.length && entries.queueId(rows[to]) == queueId && entries.level(rows[to]) == level) {
            to++;
        }
        return to;
    }
}
