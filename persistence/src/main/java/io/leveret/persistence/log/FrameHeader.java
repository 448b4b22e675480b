package io.leveret.persistence.log;

import io.leveret.persistence.record.SealedBatch;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The 32 bytes before a batch, or those of a group: magic, CRC32C of what follows and of the file's segment, generation and salt, and 24
 * bytes that depend on the kind. A frame can't be taken for one of another file, nor a message's bytes for a frame: a batch has half of
 * the salt in its magic, and a group has it whole. One object is filled again and again by the one thread that owns it.
 */
final class FrameHeader {

    static final int BYTES = 32;

    /** {@code LVB2}, with the upper half of the salt: records and contents follow. */
    private static final int BATCH = 0x4c564232;

    /** {@code LVG2}: what was forced when the frames after it were written, and the salt. */
    private static final int GROUP = 0x4c564732;

    private static final int CRC_AT = 4;
    private static final int FIELDS_AT = 8;
    private static final int SALT_AT = 24;

    /** The header, and behind it segment, generation and salt for the checksum. */
    private final byte[] bytes = new byte[BYTES + 24];

    private final int batchMagic;
    private final long salt;

    private final ByteBuffer fields = ByteBuffer.wrap(bytes);
    private final CRC32C crc = new CRC32C();

    FrameHeader(SegmentId id, long salt) {
        this.salt = salt;
        this.batchMagic = BATCH ^ (int) (salt >>> 32);
        fields.putLong(BYTES, id.segment()).putLong(BYTES + 8, id.generation()).putLong(BYTES + 16, salt);
    }

    /** A salt for a new file. Its highest bit is set, so that a batch's magic is neither zero nor a group's. */
    static long newSalt(RandomGenerator random) {
        return random.nextLong() | Long.MIN_VALUE;
    }

    /** The frames of a file as the group says that begins in an array; null if there is none of this file, whatever its salt. */
    static @Nullable FrameHeader ofGroup(SegmentId id, byte[] from, int at) {
        ByteBuffer in = ByteBuffer.wrap(from, at, BYTES);
        if (in.getInt(at) != GROUP) {
            return null;
        }
        FrameHeader frames = new FrameHeader(id, in.getLong(at + SALT_AT));
        return frames.read(from, at) ? frames : null;
    }

    long salt() {
        return salt;
    }

    byte[] batch(SealedBatch batch, int firstOrdinal) {
        fields.putInt(FIELDS_AT, batch.metaLength())
                .putInt(12, batch.metaCrc())
                .putLong(16, batch.contentLength())
                .putInt(24, firstOrdinal)
                .putInt(28, batch.records());
        return seal(batchMagic);
    }

    byte[] group(LogPlace forced) {
        fields.putLong(FIELDS_AT, forced.segment()).putLong(16, forced.offset()).putLong(SALT_AT, salt);
        return seal(GROUP);
    }

    private byte[] seal(int magic) {
        fields.putInt(0, magic).putInt(CRC_AT, computedCrc());
        return bytes;
    }

    /** Takes the header that begins in an array; false if it is none of this file. */
    boolean read(byte[] from, int at) {
        int magic = ByteBuffer.wrap(from, at, Integer.BYTES).getInt();
        if (magic != batchMagic && magic != GROUP) {
            return false;
        }
        System.arraycopy(from, at, bytes, 0, BYTES);
        return fields.getInt(CRC_AT) == computedCrc() && (magic == batchMagic || fields.getLong(SALT_AT) == salt);
    }

    private int computedCrc() {
        crc.reset();
        crc.update(bytes, FIELDS_AT, bytes.length - FIELDS_AT);
        return (int) crc.getValue();
    }

    boolean isGroup() {
        return fields.getInt(0) == GROUP;
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
}
