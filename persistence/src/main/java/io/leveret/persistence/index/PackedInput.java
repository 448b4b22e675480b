package io.leveret.persistence.index;

import java.util.Arrays;

/**
 * Reads what {@link PackedOutput} wrote. Never reads, and never allocates, beyond the bytes that are there: it throws
 * {@link MalformedValueException} instead.
 */
public final class PackedInput {

    private final byte[] bytes;
    private int at;

    public PackedInput(byte[] bytes) {
        this.bytes = bytes;
    }

    public int remaining() {
        return bytes.length - at;
    }

    public boolean hasMore() {
        return at < bytes.length;
    }

    public int u8() {
        need(1);
        return bytes[at++] & 0xFF;
    }

    public int int32() {
        need(4);
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = (value << 8) | (bytes[at++] & 0xFF);
        }
        return value;
    }

    public long int64() {
        long high = int32();
        return (high << 32) | (int32() & 0xFFFF_FFFFL);
    }

    public long unsigned() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new MalformedValueException("a number of more than 10 bytes at " + at);
    }

    /** @throws MalformedValueException if the number is not in 0 to {@link Integer#MAX_VALUE} */
    public int unsignedInt() {
        long value = unsigned();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new MalformedValueException("number " + value + " (expected: 0 to " + Integer.MAX_VALUE + ")");
        }
        return (int) value;
    }

    public long signed() {
        long value = unsigned();
        return value >>> 1 ^ -(value & 1);
    }

    public byte[] bytes() {
        int length = unsignedInt();
        need(length);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    /** All that was not read. */
    public byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
        at = bytes.length;
        return rest;
    }

    private void need(int length) {
        if (length > remaining()) {
            throw new MalformedValueException(
                    "the value ends at " + bytes.length + " (expected: " + length + " bytes more at " + at + ")");
        }
    }
}
