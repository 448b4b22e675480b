package io.leveret.persistence.index;

import java.util.Arrays;

/** A growing byte array of packed numbers, owned by whoever builds a table's value; made once and used again after {@link #clear}. */
public final class PackedOutput {

    private byte[] bytes = new byte[256];
    private int size;

    public int size() {
        return size;
    }

    public void clear() {
        size = 0;
    }

    /** Forgets what was written from there on. */
    public void cut(int size) {
        this.size = size;
    }

    /** One byte. */
    public void u8(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    /** Four bytes, the highest first. */
    public void int32(int value) {
        room(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    /** Eight bytes, the highest first. */
    public void int64(long value) {
        int32((int) (value >>> 32));
        int32((int) value);
    }

    /** Seven bits a byte, the lowest first: short for small numbers, ten bytes for negative ones. */
    public void unsigned(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** Short for numbers near zero on either side. */
    public void signed(long value) {
        unsigned(value << 1 ^ value >> 63);
    }

    /** The length, then the bytes. */
    public void bytes(byte[] value) {
        unsigned(value.length);
        raw(value, 0, value.length);
    }

    /** Bytes without their length. */
    public void raw(byte[] value, int from, int length) {
        room(length);
        System.arraycopy(value, from, bytes, size, length);
        size += length;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    byte[] slice(int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
        }
    }
}
