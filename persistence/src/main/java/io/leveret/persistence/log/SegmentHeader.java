package io.leveret.persistence.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first 64 bytes of a segment's file: magic, format version, segment, generation, the end of the segment before, zeros, CRC32C.
 *
 * @param previousEnd how long the segment before was when this one was begun, so that it can't have lost its last frames unnoticed
 */
record SegmentHeader(SegmentId id, long previousEnd) {

    static final int BYTES = 64;

    private static final int MAGIC = 0x4c565347;
    private static final int VERSION = 1;
    private static final int CRC_AT = BYTES - 4;

    void putTo(ByteBuffer out) {
        byte[] bytes = new byte[BYTES];
        ByteBuffer.wrap(bytes)
                .putInt(MAGIC)
                .putInt(VERSION)
                .putLong(id.segment())
                .putLong(id.generation())
                .putLong(previousEnd)
                .putInt(CRC_AT, crc(bytes));
        out.put(bytes);
    }

    /** What is wrong with a header of that segment; null if nothing. */
    static @Nullable String problemOf(byte[] bytes, SegmentId expected) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt() != MAGIC) {
            return "no segment's header";
        }
        int version = in.getInt();
        if (in.getInt(CRC_AT) != crc(bytes)) {
            return "segment header's checksum is wrong";
        }
        if (version != VERSION) {
            return "format version: " + version + " (expected: " + VERSION + ")";
        }
        SegmentId found = new SegmentId(in.getLong(), in.getLong());
        return found.equals(expected) ? null : "header of " + found.fileName() + " (expected: its own)";
    }

    static long previousEndOf(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong(24);
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC_AT);
        return (int) crc.getValue();
    }
}
