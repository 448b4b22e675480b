package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.security.SecureRandom;
import java.util.List;

/**
 * Hash codes of what clients choose, such as binding keys: SipHash-1-3 under a key that is this process's own. So nobody can
 * make up many values of one hash code, which with {@link Object#hashCode} is easy and makes a hash table a list. Equal values
 * have equal hash codes, as far as one process goes.
 */
public final class SeededHash {

    private static final int CHARS_IN_WORD = 4;
    private static final long KEY_0;
    private static final long KEY_1;

    static {
        SecureRandom random = new SecureRandom();
        KEY_0 = random.nextLong();
        KEY_1 = random.nextLong();
    }

    private long v0 = KEY_0 ^ 0x736f6d6570736575L;
    private long v1 = KEY_1 ^ 0x646f72616e646f6dL;
    private long v2 = KEY_0 ^ 0x6c7967656e657261L;
    private long v3 = KEY_1 ^ 0x7465646279746573L;

    private SeededHash() {}

    /** The hash code of a binding's key and arguments. */
    public static int of(String routingKey, FieldTable arguments) {
        return arguments.isEmpty() ? of(routingKey) : of(List.of(of(routingKey), of(arguments)));
    }

    /** The hash code of any value; its own one, if it is none of those that clients choose freely. */
    static int of(Object value) {
        if (value instanceof String text) {
            return of(text, 0, text.length());
        }
        if (value instanceof FieldValue field) {
            return of(field);
        }
        if (value instanceof Long number) {
            return new SeededHash().word(number).end();
        }
        if (value instanceof Double number) {
            return new SeededHash().word(Double.doubleToLongBits(number)).end();
        }
        return value instanceof List<?> list ? of(list) : value.hashCode();
    }

    static int of(String text, int from, int to) {
        SeededHash hash = new SeededHash();
        long word = 0;
        for (int i = from; i < to; i++) {
            word = word << Character.SIZE | text.charAt(i);
            if ((i - from) % CHARS_IN_WORD == CHARS_IN_WORD - 1) {
                hash.word(word);
                word = 0;
            }
        }
        return hash.word(word).word(to - from).end();
    }

    private static int of(List<?> values) {
        SeededHash hash = new SeededHash().word(values.size());
        for (Object value : values) {
            hash.word(of(value));
        }
        return hash.end();
    }

    private static int of(FieldValue value) {
        if (value instanceof FieldValue.Table table) {
            return of(table.value());
        }
        if (value instanceof FieldValue.Array array) {
            return of(array.values());
        }
        return of(FieldTable.builder().put("", value).build().encoded());
    }

    /** Tables are equal whatever the order of their entries. */
    private static int of(FieldTable table) {
        long sum = 0;
        for (var entry : table.entries().entrySet()) {
            sum += of(List.of(entry.getKey(), entry.getValue()));
        }
        return new SeededHash().word(sum).end();
    }

    private static int of(byte[] octets) {
        SeededHash hash = new SeededHash();
        long word = 0;
        for (int i = 0; i < octets.length; i++) {
            word = (word << Byte.SIZE) | (octets[i] & 0xFF);
            if (i % Long.BYTES == Long.BYTES - 1) {
                hash.word(word);
            }
        }
        return hash.word(word).word(octets.length).end();
    }

    private SeededHash word(long word) {
        v3 ^= word;
        round();
        v0 ^= word;
        return this;
    }

    private int end() {
        v2 ^= 0xFF;
        round();
        round();
        round();
        long hash = v0 ^ v1 ^ v2 ^ v3;
        return (int) (hash ^ hash >>> Integer.SIZE);
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }
}
