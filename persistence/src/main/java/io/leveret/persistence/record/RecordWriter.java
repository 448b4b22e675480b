package io.leveret.persistence.record;

import java.util.Arrays;

/** A growing array of encoded numbers and bytes. It belongs to the batch that writes it. */
final class RecordWriter {

    private byte[] bytes;
    private int length;

    RecordWriter(int capacity) {
        bytes = new byte[capacity];
    }

    int length() {
        return length;
    }

    /** Hands the array over, and begins another as large. */
    byte[] take() {
        byte[] taken = bytes;
        bytes = new byte[Math.max(64, Math.min(taken.length, Integer.highestOneBit(Math.max(1, length)) * 2))];
        length = 0;
        return taken;
    }

    void clear() {
        length = 0;
    }

    void writeByte(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    void setBits(int at, int bits) {
        bytes[at] |= (byte) bits;
    }

    void writeInt(int value) {
        reserve(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
    }

    void writeLong(long value) {
        writeInt((int) (value >>> 32));
        writeInt((int) value);
    }

    /** Seven bits a byte, the lowest first; a value below zero takes ten bytes. */
    void writeVarint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    /** Numbers near zero, of either sign, become short. */
    void writeZigzag(long value) {
        writeVarint(value << 1 ^ value >> 63);
    }

    void writeBytes(byte[] value) {
        writeVarint(value.length);
        reserve(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length * 2));
        }
    }
}
