package io.leveret.amqp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Where the properties lie in an encoded property list: two octets of flags, then the values of those flags that are set, highest flag
 * first. Finds and checks, never allocates, never changes the octets.
 */
final class PropertyList {

    static final int CONTENT_TYPE = 1 << 15;
    static final int CONTENT_ENCODING = 1 << 14;
    static final int HEADERS = 1 << 13;
    static final int DELIVERY_MODE = 1 << 12;
    static final int PRIORITY = 1 << 11;
    static final int CORRELATION_ID = 1 << 10;
    static final int REPLY_TO = 1 << 9;
    static final int EXPIRATION = 1 << 8;
    static final int MESSAGE_ID = 1 << 7;
    static final int TIMESTAMP = 1 << 6;
    static final int TYPE = 1 << 5;
    static final int USER_ID = 1 << 4;
    static final int APP_ID = 1 << 3;
    static final int CLUSTER_ID = 1 << 2;

    static final int FLAG_BYTES = Short.BYTES;

    /** Bit 1 means nothing and is let pass; RabbitMQ does the same. */
    private static final int ALL_PROPERTIES = 0xFFFC;

    /** Announces a second word of flags, which no property needs; RabbitMQ refuses it. */
    private static final int CONTINUATION = 1;

    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private PropertyList() {}

    static int flags(byte[] encoded) {
        return (short) SHORT.get(encoded, 0) & 0xFFFF;
    }

    static void writeFlags(byte[] encoded, int flags) {
        SHORT.set(encoded, 0, (short) flags);
    }

    /** The index at which the property begins, or would begin, in a list that has been checked. */
    static int start(byte[] encoded, int flag) {
        int before = flags(encoded) & ALL_PROPERTIES & -(flag << 1);
        int at = FLAG_BYTES;
        while (before != 0) {
            int next = Integer.highestOneBit(before);
            at = end(encoded, next, at);
            before ^= next;
        }
        return at;
    }

    /** The index after the property that begins at {@code at}. */
    static int end(byte[] encoded, int flag, int at) {
        return switch (flag) {
            case HEADERS -> at + Integer.BYTES + (int) FieldWalk.INT.get(encoded, at);
            case DELIVERY_MODE, PRIORITY -> at + 1;
            case TIMESTAMP -> at + Long.BYTES;
            default -> at + 1 + (encoded[at] & 0xFF);
        };
    }

    /** Fails unless the flags and the octets agree to the last one. */
    static void check(byte[] encoded) {
        if (encoded.length < FLAG_BYTES || (flags(encoded) & CONTINUATION) != 0) {
            throw Malformed.properties();
        }
        int left = flags(encoded) & ALL_PROPERTIES;
        int at = FLAG_BYTES;
        while (left != 0) {
            int next = Integer.highestOneBit(left);
            at = checkedEnd(encoded, next, at);
            left ^= next;
        }
        if (at != encoded.length) {
            throw Malformed.properties();
        }
    }

    private static int checkedEnd(byte[] encoded, int flag, int at) {
        if (at >= encoded.length) {
            throw Malformed.properties();
        }
        int end = flag == HEADERS ? headersEnd(encoded, at) : end(encoded, flag, at);
        if (end > encoded.length) {
            throw Malformed.properties();
        }
        return end;
    }

    private static int headersEnd(byte[] encoded, int at) {
        try {
            return FieldWalk.table(encoded, at, encoded.length);
        } catch (AmqpException e) {
            // Whatever is wrong with it, within a content header RabbitMQ has one answer.
            throw Malformed.properties();
        }
    }
}
