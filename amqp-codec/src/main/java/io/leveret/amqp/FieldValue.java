package io.leveret.amqp;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value in a field table, with the tag that it has on the wire. Immutable, except that the arrays inside are shared and must not be
 * written to.
 *
 * <p>The tags are those that RabbitMQ reads, not those of the specification's text: {@code s} is a 16-bit integer, and there is no
 * short string.
 */
public sealed interface FieldValue {

    FieldType type();

    /** Writes the value, without its tag. */
    void write(ByteBuf out);

    default byte tag() {
        return type().tag();
    }

    /** RabbitMQ's name of the type, as its reply texts have it. */
    default String typeName() {
        return type().typeName();
    }

    default boolean isInteger() {
        return type().integer();
    }

    /** The value of an integer of any width; nothing else has one. */
    default long longValue() {
        throw new IllegalStateException("no integer: " + typeName());
    }

    static FieldValue of(String value) {
        return new LongString(value.getBytes(StandardCharsets.UTF_8));
    }

    static FieldValue of(int value) {
        return new Int32(value);
    }

    static FieldValue of(long value) {
        return new Int64(value);
    }

    static FieldValue of(boolean value) {
        return value ? Bool.TRUE : Bool.FALSE;
    }

    static FieldValue of(FieldTable value) {
        return new Table(value);
    }

    static FieldValue of(List<FieldValue> value) {
        return new Array(value);
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by content below
    record LongString(byte[] bytes) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.LONG_STRING;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeInt(bytes.length);
            out.writeBytes(bytes);
        }

        public String asString() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        /** The same octets under the same type. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof LongString that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return asString();
        }
    }

    record Int8(int value) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.INT8;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeByte(value);
        }

        @Override
        public long longValue() {
            return value;
        }
    }

    record UInt8(int value) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.UINT8;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeByte(value);
        }

        @Override
        public long longValue() {
            return value;
        }
    }

    record Int16(int value) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.INT16;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(value);
        }

        @Override
        public long longValue() {
            return value;
        }
    }

    record UInt16(int value) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.UINT16;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(value);
        }

        @Override
        public long longValue() {
            return value;
        }
    }

    record Int32(int value) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.INT32;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeInt(value);
        }

        @Override
        public long longValue() {
            return value;
        }
    }

    record UInt32(long value) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.UINT32;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeInt((int) value);
        }

        @Override
        public long longValue() {
            return value;
        }
    }

    /** Read from tag {@code L} as well. */
    record Int64(long value) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.INT64;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeLong(value);
        }

        @Override
        public long longValue() {
            return value;
        }
    }

    record Float32(float value) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.FLOAT32;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeFloat(value);
        }
    }

    record Float64(double value) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.FLOAT64;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeDouble(value);
        }
    }

    /** {@code unscaled} divided by ten to the power of {@code scale}. */
    record Decimal(int scale, long unscaled) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.DECIMAL;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeByte(scale);
            out.writeInt((int) unscaled);
        }
    }

    record Timestamp(long epochSeconds) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.TIMESTAMP;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeLong(epochSeconds);
        }
    }

    record Bool(boolean value) implements FieldValue {
        static final Bool TRUE = new Bool(true);
        static final Bool FALSE = new Bool(false);

        @Override
        public FieldType type() {
            return FieldType.BOOL;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeBoolean(value);
        }
    }

    record Table(FieldTable value) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.TABLE;
        }

        @Override
        public void write(ByteBuf out) {
            value.write(out);
        }
    }

    record Array(List<FieldValue> values) implements FieldValue {
        public Array {
            values = List.copyOf(values);
        }

        @Override
        public FieldType type() {
            return FieldType.ARRAY;
        }

        @Override
        public void write(ByteBuf out) {
            int start = out.writerIndex();
            out.writeInt(0);
            for (FieldValue value : values) {
                out.writeByte(value.tag());
                value.write(out);
            }
            out.setInt(start, out.writerIndex() - start - Integer.BYTES);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by content below
    record Bytes(byte[] bytes) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.BYTES;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeInt(bytes.length);
            out.writeBytes(bytes);
        }

        /** The same octets under the same type. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Bytes" + Arrays.toString(bytes);
        }
    }

    @SuppressWarnings("JavaLangClash") // the name of the type in RabbitMQ
    record Void() implements FieldValue {
        static final Void INSTANCE = new Void();

        @Override
        public FieldType type() {
            return FieldType.VOID;
        }

        @Override
        public void write(ByteBuf out) {
            // Nothing stands for it but its tag.
        }
    }
}
