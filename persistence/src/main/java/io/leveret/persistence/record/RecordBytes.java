package io.leveret.persistence.record;

/** The encoded records of a batch, read from their first byte on. No length in them is believed before it is checked. */
final class RecordBytes {

    private final byte[] bytes;
    private final int end;
    private int at;

    RecordBytes(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    int remaining() {
        return end - at;
    }

    int readByte(String what) throws CorruptRecordException {
        if (at == end) {
            throw ends(what);
        }
        return bytes[at++] & 0xff;
    }

    int readInt(String what) throws CorruptRecordException {
        if (remaining() < 4) {
            throw ends(what);
        }
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = (value << 8) | (bytes[at++] & 0xff);
        }
        return value;
    }

    long readLong(String what) throws CorruptRecordException {
        return ((long) readInt(what) << 32) | (readInt(what) & 0xffff_ffffL);
    }

    long readVarint(String what) throws CorruptRecordException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = readByte(what);
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new CorruptRecordException(what + ": a number of more than 10 bytes");
    }

    long readZigzag(String what) throws CorruptRecordException {
        long value = readVarint(what);
        return value >>> 1 ^ -(value & 1);
    }

    /** A number from 0 to {@code max}. */
    long readUpTo(long max, String what) throws CorruptRecordException {
        return requireUpTo(max, readVarint(what), what);
    }

    /** How many things follow, when each takes a byte or more. */
    int readCount(String what) throws CorruptRecordException {
        long count = readVarint(what);
        return (int) requireUpTo(remaining(), count, what);
    }

    byte[] readBytes(String what) throws CorruptRecordException {
        int length = readCount(what);
        byte[] value = new byte[length];
        System.arraycopy(bytes, at, value, 0, length);
        at += length;
        return value;
    }

    private static long requireUpTo(long max, long value, String what) throws CorruptRecordException {
        if (value < 0 || value > max) {
            throw new CorruptRecordException(what + ": " + value + " (expected: 0 to " + max + ")");
        }
        return value;
    }

    private CorruptRecordException ends(String what) {
        return new CorruptRecordException(what + ": the batch ends before it");
    }
}
