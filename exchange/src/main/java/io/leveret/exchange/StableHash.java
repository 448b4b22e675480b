package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.List;

/**
 * Hashes by which messages are shared out among destinations: 64 bits, even, and the same in every process, so that a key
 * goes to the same queue after a restart. Changing them sends keys elsewhere. Not for tables: for those {@link SeededHash}
 * is, which nobody can foresee.
 */
public final class StableHash {

    private static final long FNV_BASIS = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private StableHash() {}

    public static long of(String text) {
        long hash = FNV_BASIS;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return mixed(hash);
    }

    /** Of several texts in their order. */
    static long of(List<String> texts) {
        long hash = FNV_BASIS;
        for (String text : texts) {
            hash = mixed(hash, of(text));
        }
        return hash;
    }

    /** Values that a headers exchange takes for equal have one hash: the width of an integer does not count. */
    static long of(FieldValue value) {
        if (value instanceof FieldValue.LongString text) {
            return of(text.bytes());
        }
        if (value instanceof FieldValue.Bytes octets) {
            return of(octets.bytes());
        }
        if (value.isInteger()) {
            return mixed(value.longValue());
        }
        if (value instanceof FieldValue.Timestamp timestamp) {
            return mixed(timestamp.epochSeconds());
        }
        return of(FieldTable.builder().put("", value).build().encoded());
    }

    /** One hash of two. */
    static long mixed(long one, long other) {
        return mixed(one * FNV_PRIME ^ other);
    }

    private static long of(byte[] octets) {
        long hash = FNV_BASIS;
        for (byte octet : octets) {
            hash = (hash ^ octet) * FNV_PRIME;
        }
        return mixed(hash);
    }

    /** Every bit of the result depends on every bit of the value; no two values have the same. */
    private static long mixed(long value) {
        long hash = (value ^ value >>> 32) * 0xD6E8FEB86659FD93L;
        hash = (hash ^ hash >>> 32) * 0xD6E8FEB86659FD93L;
        return hash ^ hash >>> 32;
    }
}
