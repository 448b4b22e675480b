package io.leveret.persistence.log;

import io.leveret.persistence.record.SealedBatch;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The 32 bytes before a batch, or those of a group: magic, CRC32C of what follows and of the file's segment and generation (so that a
 * frame can't be taken for one of another file), and 24 bytes that depend on the kind. One object is filled again and again by the one
 * thread that owns it.
 */
final class FrameHeader {

    static final int BYTES = 32;

    /** {@code LVB1}: records and contents follow. */
    static final int BATCH = 0x4c564231;

    /** {@code LVG1}: what was forced when the frames after it were written. */
    static final int GROUP = 0x4c564731;

    private static final int CRC_AT = 4;
    private static final int FIELDS_AT = 8;

    /** The header, and behind it the segment and generation for the checksum. */
    private final byte[] bytes = new byte[BYTES + 16];

    private final ByteBuffer fields = ByteBuffer.wrap(bytes);
    private final CRC32C crc = new CRC32C();

    FrameHeader(SegmentId id) {
        fields.putLong(BYTES, id.segment()).putLong(BYTES + 8, id.generation());
    }

    byte[] batch(SealedBatch batch, int firstOrdinal) {
        fields.putInt(FIELDS_AT, batch.metaLength())
                .putInt(12, batch.metaCrc())
                .putLong(16, batch.contentLength())
                .putInt(24, firstOrdinal)
                .putInt(28, batch.records());
        return seal(BATCH);
    }

    byte[] group(LogPlace forced, long timeMs) {
        fields.putLong(FIELDS_AT, forced.segment()).putLong(16, forced.offset()).putLong(24, timeMs);
        return seal(GROUP);
    }

    private byte[] seal(int magic) {
        fields.putInt(0, magic).putInt(CRC_AT, computedCrc());
        return bytes;
    }

    /** Takes the header that begins in an array; false if it is none of this file. */
    boolean read(byte[] from, int at) {
        System.arraycopy(from, at, bytes, 0, BYTES);
        return (magic() == BATCH || magic() == GROUP) && fields.getInt(CRC_AT) == computedCrc();
    }

    private int computedCrc() {
        crc.reset();
        crc.update(bytes, FIELDS_AT, bytes.length - FIELDS_AT);
        return (int) crc.getValue();
    }

    int magic() {
        return fields.getInt(0);
    }

    boolean isGroup() {
        return magic() == GROUP;
    }

    long metaLength() {
        return Integer.toUnsignedLong(fields.getInt(FIELDS_AT));
    }

    int metaCrc() {
        return fields.getInt(12);
    }

    long contentLength() {
        return fields.getLong(16);
    }

    int firstOrdinal() {
        return fields.getInt(24);
    }

    int records() {
        return fields.getInt(28);
    }

    /** Of a group; the ordinal is not known. */
    LogPlace forced() {
        return new LogPlace(fields.getLong(FIELDS_AT), fields.getLong(16), 0);
    }

    long timeMs() {
        return fields.getLong(24);
    }
}
