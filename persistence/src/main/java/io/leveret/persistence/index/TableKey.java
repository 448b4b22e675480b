package io.leveret.persistence.index;

import java.nio.ByteBuffer;

/** A table's key as MapDB sorts it: kind, two numbers taken as unsigned, and which part of its value this is. */
final class TableKey {

    static final int MAX_PART = 0xFFFF;

    private static final int BYTES = 1 + 8 + 8 + 2;

    private TableKey() {}

    static byte[] of(int kind, long a, long b, int part) {
        return ByteBuffer.allocate(BYTES)
                .put((byte) kind)
                .putLong(a)
                .putLong(b)
                .putShort((short) part)
                .array();
    }

    static long a(byte[] key) {
        return ByteBuffer.wrap(key).getLong(1);
    }

    static long b(byte[] key) {
        return ByteBuffer.wrap(key).getLong(9);
    }

    static int part(byte[] key) {
        return ByteBuffer.wrap(key).getShort(17) & MAX_PART;
    }
}
