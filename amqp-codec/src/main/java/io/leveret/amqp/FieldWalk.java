package io.leveret.amqp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Walks over an encoded field table to see that it is well formed, without making anything of it. Accepts exactly what
 * {@link FieldReader} reads.
 */
final class FieldWalk {

    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private FieldWalk() {}

    /** The index after the table whose length stands at {@code at}; it must not be beyond {@code limit}. */
    static int table(byte[] bytes, int at, int limit) {
        return table(bytes, at, limit, 1);
    }

    private static int table(byte[] bytes, int at, int limit, int depth) {
        int end = enter(bytes, at, limit, depth);
        int i = at + Integer.BYTES;
        while (i < end) {
            i = within(i + 1 + (bytes[i] & 0xFF), end);
            i = value(bytes, i, end, depth);
        }
        return end;
    }

    /**
     * Where the value of a field stands in a table that is well formed: at its tag; -1 if there is none of that name. The first one
     * counts.
     *
     * @param name in octets
     */
    static int find(byte[] bytes, int at, byte[] name) {
        int end = at + Integer.BYTES + (int) INT.get(bytes, at);
        int i = at + Integer.BYTES;
        while (i < end) {
            int tagAt = i + 1 + (bytes[i] & 0xFF);
            if (Arrays.equals(bytes, i + 1, tagAt, name, 0, name.length)) {
                return tagAt;
            }
            i = value(bytes, tagAt, end, 1);
        }
        return -1;
    }

    /** The index after a value whose tag stands at {@code at}, in a table that is well formed. */
    static int endOfValue(byte[] bytes, int at) {
        return value(bytes, at, bytes.length, 1);
    }

    private static int array(byte[] bytes, int at, int limit, int depth) {
        int end = enter(bytes, at, limit, depth);
        int i = at + Integer.BYTES;
        while (i < end) {
            i = value(bytes, i, end, depth);
        }
        return end;
    }

    private static int enter(byte[] bytes, int at, int limit, int depth) {
        if (depth > FieldTable.MAX_DEPTH) {
            throw FieldReader.tooDeep();
        }
        return endOfBytes(bytes, at, limit);
    }

    private static int value(byte[] bytes, int at, int limit, int depth) {
        if (at >= limit) {
            throw FieldReader.truncated();
        }
        int i = at + 1;
        byte tag = bytes[at];
        return switch (tag) {
            case 'S', 'x' -> endOfBytes(bytes, i, limit);
            case 'F' -> table(bytes, i, limit, depth + 1);
            case 'A' -> array(bytes, i, limit, depth + 1);
            case 'V' -> i;
            case 't', 'b', 'B' -> within(i + 1, limit);
            case 's', 'u' -> within(i + 2, limit);
            case 'I', 'i', 'f' -> within(i + 4, limit);
            case 'D' -> within(i + 5, limit);
            case 'l', 'L', 'd', 'T' -> within(i + 8, limit);
            default -> throw FieldReader.unknownTag(tag);
        };
    }

    private static int endOfBytes(byte[] bytes, int at, int limit) {
        int start = within(at + Integer.BYTES, limit);
        long end = start + ((int) INT.get(bytes, at) & 0xFFFF_FFFFL);
        if (end > limit) {
            throw FieldReader.truncated();
        }
        return (int) end;
    }

    private static int within(int index, int limit) {
        if (index > limit) {
            throw FieldReader.truncated();
        }
        return index;
    }
}
