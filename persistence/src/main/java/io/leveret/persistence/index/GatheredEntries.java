package io.leveret.persistence.index;

import io.leveret.persistence.record.Content;
import java.io.IOException;

/**
 * Keeps the gathered entries of a segment that is not indexed in a table, message after message: a kind of value whose key is the
 * segment and a block's number. Stateless.
 */
public final class GatheredEntries {

    private static final int HAS_LEVEL = 1;
    private static final int HAS_DEADLINE = 2;
    private static final int HAS_HASH = 4;

    private GatheredEntries() {}

    public static void write(TableWriter table, int kind, SegmentEntries entries) throws IOException {
        PackedOutput block = new PackedOutput();
        int blocks = 0;
        for (int publish = 0; publish < entries.publishes(); publish++) {
            write(entries, publish, block);
            if (block.size() > EntryChunk.FULL_BYTES || publish + 1 == entries.publishes()) {
                table.put(kind, entries.segment(), blocks++, block);
                block.clear();
            }
        }
    }

    /** Adds what one block holds. */
    public static void read(PackedInput block, SegmentEntries entries) {
        while (block.hasMore()) {
            int ordinal = block.unsignedInt();
            entries.publish(
                    ordinal, new Content(block.unsigned(), block.unsignedInt(), block.unsignedInt(), block.int32()));
            for (int targets = block.unsignedInt(); targets > 0; targets--) {
                readTarget(block, entries);
            }
        }
    }

    private static void write(SegmentEntries entries, int publish, PackedOutput block) {
        Content content = entries.content(publish);
        block.unsigned(entries.ordinal(publish));
        block.unsigned(content.offset());
        block.unsigned(content.headLength());
        block.unsigned(content.bodyLength());
        block.int32(content.crc32c());
        int targets = entries.sharers(publish);
        block.unsigned(targets);
        int first = entries.firstTarget(publish);
        for (int row = first; row < first + targets; row++) {
            writeTarget(entries, row, block);
        }
    }

    private static void writeTarget(SegmentEntries entries, int row, PackedOutput block) {
        int level = entries.level(row);
        long deadlineMs = entries.deadlineMs(row);
        long hash = entries.hash(row);
        block.unsigned(entries.queueId(row));
        block.u8((level != 0 ? HAS_LEVEL : 0) | (deadlineMs != 0 ? HAS_DEADLINE : 0) | (hash != 0 ? HAS_HASH : 0));
        if (level != 0) {
            block.u8(level);
        }
        if (deadlineMs != 0) {
            block.unsigned(deadlineMs);
        }
        if (hash != 0) {
            block.int64(hash);
        }
    }

    private static void readTarget(PackedInput block, SegmentEntries entries) {
        long queueId = block.unsigned();
        int flags = block.u8();
        int level = (flags & HAS_LEVEL) != 0 ? block.u8() : 0;
        long deadlineMs = (flags & HAS_DEADLINE) != 0 ? block.unsigned() : 0;
        long hash = (flags & HAS_HASH) != 0 ? block.int64() : 0;
        entries.target(queueId, deadlineMs, level, hash);
    }
}
