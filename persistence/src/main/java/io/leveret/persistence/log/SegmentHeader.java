package io.leveret.persistence.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first 64 bytes of a segment's file: magic, format version, segment, generation, the end of the segment before, salt, zeros, CRC32C.
 *
 * @param previousEnd how long the segment before was when this one was begun, so that it can't have lost its last frames unnoticed
 * @param salt of this file alone, which all its frames bear: who publishes a message can't know it, so that nothing in a body is ever
 *     taken for a frame
 */
record SegmentHeader(SegmentId id, long previousEnd, long salt) {

    static final int BYTES = 64;

    private static final int MAGIC = 0x4c565347;

    /** Later versions keep magic, version and checksum where they are, so that each tells the other from damage. */
    static final int VERSION = 2;

    private static final int CRC_AT = BYTES - 4;

    void putTo(ByteBuffer out) {
        byte[] bytes = new byte[BYTES];
        ByteBuffer.wrap(bytes)
                .putInt(MAGIC)
                .putInt(VERSION)
                .putLong(id.segment())
                .putLong(id.generation())
                .putLong(previousEnd)
                .putLong(salt)
                .putInt(CRC_AT, crc(bytes));
        out.put(bytes);
    }

    /** What is wrong with a header, so that it may have been torn; null if it is whole. */
    static @Nullable String problemOf(byte[] bytes) {
        if (bytes.length < BYTES) {
            return "segment header is cut off";
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt() != MAGIC) {
            return "no segment's header";
        }
        return in.getInt(CRC_AT) == crc(bytes) ? null : "segment header's checksum is wrong";
    }

    /** Of a whole header. */
    static int versionOf(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getInt(4);
    }

    /** Why a whole header of this version is none of that segment; null if it is. */
    static @Nullable String mismatchOf(byte[] bytes, SegmentId expected) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        SegmentId found = new SegmentId(in.getLong(8), in.getLong(16));
        return found.equals(expected) ? null : "header of " + found.fileName() + " (expected: its own)";
    }

    /** Of a whole header. */
    static SegmentHeader of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes, 8, 32);
        return new SegmentHeader(new SegmentId(in.getLong(), in.getLong()), in.getLong(), in.getLong());
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC_AT);
        return (int) crc.getValue();
    }
}
