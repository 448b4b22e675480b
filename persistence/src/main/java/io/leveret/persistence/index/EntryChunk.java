package io.leveret.persistence.index;

import io.leveret.persistence.Position;
import io.leveret.persistence.record.Content;

/**
 * Codes entries of one queue and level one after the other, each as its difference from the one before: 8 to 12 bytes for a small
 * message. One for each run of entries; used by one thread.
 */
final class EntryChunk {

    /** With this much in it a chunk takes no entry more, so that it stays one part of a table's value. */
    static final int FULL_BYTES = TableWriter.MAX_PART_BYTES - 50;

    static final int MAX_ENTRIES = 1000;

    private static final int HAS_DEADLINE = 1;
    private static final int HAS_HASH = 2;

    private int ordinal = -1;
    private long nextOffset;
    private long deadlineMs;

    void write(SegmentEntries entries, int row, PackedOutput out) {
        int publish = entries.publishOf(row);
        writeContent(entries.ordinal(publish), entries.content(publish), flags(entries, row), out);
        if (entries.deadlineMs(row) != 0) {
            out.signed(entries.deadlineMs(row) - deadlineMs);
            deadlineMs = entries.deadlineMs(row);
        }
        if (entries.hash(row) != 0) {
            out.int64(entries.hash(row));
        }
    }

    SegmentEntry read(long segment, int level, PackedInput in) {
        ordinal += 1 + in.unsignedInt();
        long offset = nextOffset + in.signed();
        long headAndFlags = in.unsigned();
        int flags = (int) headAndFlags & (HAS_DEADLINE | HAS_HASH);
        Content content = new Content(offset, (int) (headAndFlags >>> 2), in.unsignedInt(), in.int32());
        nextOffset = offset + content.length();
        long deadline = 0;
        if ((flags & HAS_DEADLINE) != 0) {
            deadlineMs += in.signed();
            deadline = deadlineMs;
        }
        long hash = (flags & HAS_HASH) != 0 ? in.int64() : 0;
        return new SegmentEntry(Position.of(segment, ordinal), content, deadline, level, hash);
    }

    private void writeContent(int newOrdinal, Content content, int flags, PackedOutput out) {
        out.unsigned(newOrdinal - ordinal - 1);
        out.signed(content.offset() - nextOffset);
        out.unsigned((long) content.headLength() << 2 | flags);
        out.unsigned(content.bodyLength());
        out.int32(content.crc32c());
        ordinal = newOrdinal;
        nextOffset = content.offset() + content.length();
    }

    private static int flags(SegmentEntries entries, int row) {
        return (entries.deadlineMs(row) != 0 ? HAS_DEADLINE : 0) | (entries.hash(row) != 0 ? HAS_HASH : 0);
    }
}
