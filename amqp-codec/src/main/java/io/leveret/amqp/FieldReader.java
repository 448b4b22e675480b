package io.leveret.amqp;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads field tables out of a buffer. While a table is read the buffer ends where the table ends, so that nothing inside can reach
 * beyond it; a length is compared with what is there before anything is allocated for it.
 */
final class FieldReader {

    private FieldReader() {}

    static FieldTable readTable(ByteBuf in) {
        try {
            return table(in, checkedLength(in), 1);
        } catch (IndexOutOfBoundsException e) {
            throw truncated();
        }
    }

    static FieldTable readTableBody(ByteBuf in, int length) {
        if (length < 0 || length > in.readableBytes()) {
            throw truncated();
        }
        try {
            return table(in, length, 1);
        } catch (IndexOutOfBoundsException e) {
            throw truncated();
        }
    }

    /** Reads a value with its tag before it. */
    static FieldValue readValue(ByteBuf in) {
        try {
            return value(in, 1);
        } catch (IndexOutOfBoundsException e) {
            throw truncated();
        }
    }

    /** RabbitMQ drops the connection without a word for what is wrong inside a table; we say so first. */
    static AmqpException truncated() {
        return AmqpException.syntaxError("field table ends within a value");
    }

    static AmqpException unknownTag(int tag) {
        return AmqpException.syntaxError("unknown field type " + (tag & 0xFF));
    }

    static AmqpException tooDeep() {
        return AmqpException.syntaxError("field tables nested deeper than " + FieldTable.MAX_DEPTH);
    }

    private static FieldTable table(ByteBuf in, int length, int depth) {
        int outerEnd = enter(in, length, depth);
        try {
            Map<String, FieldValue> entries = length == 0 ? Map.of() : new LinkedHashMap<>();
            while (in.isReadable()) {
                String name = ShortString.readLenient(in);
                entries.putIfAbsent(name, value(in, depth));
            }
            return entries.isEmpty() ? FieldTable.EMPTY : new FieldTable(Collections.unmodifiableMap(entries));
        } finally {
            in.writerIndex(outerEnd);
        }
    }

    private static FieldValue array(ByteBuf in, int length, int depth) {
        int outerEnd = enter(in, length, depth);
        try {
            List<FieldValue> values = new ArrayList<>();
            while (in.isReadable()) {
                values.add(value(in, depth));
            }
            return new FieldValue.Array(values);
        } finally {
            in.writerIndex(outerEnd);
        }
    }

    private static int enter(ByteBuf in, int length, int depth) {
        if (depth > FieldTable.MAX_DEPTH) {
            throw tooDeep();
        }
        int outerEnd = in.writerIndex();
        in.writerIndex(in.readerIndex() + length);
        return outerEnd;
    }

    private static FieldValue value(ByteBuf in, int depth) {
        byte tag = in.readByte();
        return switch (tag) {
            case 'S' -> new FieldValue.LongString(bytes(in));
            case 'I' -> new FieldValue.Int32(in.readInt());
            case 'l', 'L' -> new FieldValue.Int64(in.readLong());
            case 't' -> FieldValue.of(in.readByte() != 0);
            case 'F' -> new FieldValue.Table(table(in, checkedLength(in), depth + 1));
            case 'A' -> array(in, checkedLength(in), depth + 1);
            case 'T' -> new FieldValue.Timestamp(in.readLong());
            case 'b' -> new FieldValue.Int8(in.readByte());
            case 'B' -> new FieldValue.UInt8(in.readUnsignedByte());
            case 's' -> new FieldValue.Int16(in.readShort());
            case 'u' -> new FieldValue.UInt16(in.readUnsignedShort());
            case 'i' -> new FieldValue.UInt32(in.readUnsignedInt());
            case 'f' -> new FieldValue.Float32(in.readFloat());
            case 'd' -> new FieldValue.Float64(in.readDouble());
            case 'D' -> new FieldValue.Decimal(in.readUnsignedByte(), in.readUnsignedInt());
            case 'x' -> new FieldValue.Bytes(bytes(in));
            case 'V' -> FieldValue.Void.INSTANCE;
            default -> throw unknownTag(tag);
        };
    }

    private static byte[] bytes(ByteBuf in) {
        byte[] bytes = new byte[checkedLength(in)];
        in.readBytes(bytes);
        return bytes;
    }

    private static int checkedLength(ByteBuf in) {
        long length = in.readUnsignedInt();
        if (length > in.readableBytes()) {
            throw truncated();
        }
        return (int) length;
    }
}
