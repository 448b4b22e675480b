package io.leveret.broker.queue;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.ErlangTerm;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.ShortDigest;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The key by which a message is known again: the {@link ShortDigest} of the value of its header. A pure function.
 */
final class DeduplicationKey {

    /** Of a message without a key. */
    static final long NONE = ShortDigest.NONE;

    private DeduplicationKey() {}

    /**
     * Checks what is in a header.
     *
     * @throws AmqpException precondition failed, if it is a table or an array, which have no one value
     */
    static void check(BasicProperties properties, String header) {
        FieldValue value = valueOf(properties, header);
        if (value != null && !(value instanceof FieldValue.Void) && canonical(value) == null) {
            throw AmqpException.preconditionFailed("invalid message: {unacceptable_type_in_header,"
                    + ErlangTerm.string(header) + "," + value.typeName() + "}");
        }
    }

    /** The key in a header; {@link #NONE} if there is none, or what can't be one. */
    static long of(BasicProperties properties, String header) {
        FieldValue value = valueOf(properties, header);
        byte[] canonical = value == null ? null : canonical(value);
        return canonical == null ? NONE : ShortDigest.of(canonical);
    }

    private static @Nullable FieldValue valueOf(BasicProperties properties, String header) {
        return properties.hasHeaders() ? properties.headers().get(header) : null;
    }

    /** The same octets for what RabbitMQ takes for the same value: the width of an integer does not count. */
    private static byte @Nullable [] canonical(FieldValue value) {
        if (value instanceof FieldValue.LongString text) {
            return octets('s', text.bytes());
        }
        if (value instanceof FieldValue.Bytes bytes) {
            return octets('s', bytes.bytes());
        }
        if (value instanceof FieldValue.Timestamp timestamp) {
            return numbers('i', timestamp.epochSeconds(), 0);
        }
        if (value instanceof FieldValue.Bool bool) {
            return numbers('b', bool.value() ? 1 : 0, 0);
        }
        if (value instanceof FieldValue.Float32 number) {
            return numbers('f', Double.doubleToLongBits(number.value()), 0);
        }
        if (value instanceof FieldValue.Float64 number) {
            return numbers('f', Double.doubleToLongBits(number.value()), 0);
        }
        if (value instanceof FieldValue.Decimal number) {
            return numbers('d', number.unscaled(), number.scale());
        }
        return value.isInteger() ? numbers('i', value.longValue(), 0) : null;
    }

    private static byte[] octets(char type, byte[] bytes) {
        return ByteBuffer.allocate(1 + bytes.length).put((byte) type).put(bytes).array();
    }

    private static byte[] numbers(char type, long first, long second) {
        return ByteBuffer.allocate(1 + 2 * Long.BYTES)
                .put((byte) type)
                .putLong(first)
                .putLong(second)
                .array();
    }
}
