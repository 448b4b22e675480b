package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.List;

/**
 * A header's value as a headers exchange compares it, equal for what RabbitMQ 4.3 calls a match; immutable.
 *
 * <p>The value of a header itself counts without its type: integers of any width and timestamps are alike, as are floats of
 * either width, and strings and byte arrays. Inside a table or an array the types count too, and so does a table's order.
 */
record HeaderValue(Object comparable) {

    /** In a binding: any value will do. Stands for a void there, and equals no value of a message: those never come as a String. */
    static final HeaderValue ANY = new HeaderValue("any");

    static HeaderValue of(FieldValue value) {
        return new HeaderValue(comparable(value));
    }

    private static Object comparable(FieldValue value) {
        if (value.isInteger()) {
            return value.longValue();
        }
        if (value instanceof FieldValue.Timestamp timestamp) {
            return timestamp.epochSeconds();
        }
        if (value instanceof FieldValue.Float32 number) {
            return (double) number.value();
        }
        if (value instanceof FieldValue.Float64 number) {
            return number.value();
        }
        if (value instanceof FieldValue.Bytes bytes) {
            return new FieldValue.LongString(bytes.bytes());
        }
        if (value instanceof FieldValue.Table table) {
            return members(table.value());
        }
        if (value instanceof FieldValue.Array array) {
            return elements(array.values());
        }
        return value;
    }

    private static List<Member> members(FieldTable table) {
        return table.entries().entrySet().stream()
                .map(entry -> new Member(entry.getKey(), typed(entry.getValue())))
                .toList();
    }

    private static List<Object> elements(List<FieldValue> array) {
        return array.stream().map(HeaderValue::typed).toList();
    }

    private static Object typed(FieldValue value) {
        if (value instanceof FieldValue.Table || value instanceof FieldValue.Array) {
            return new Nested(value.typeName(), comparable(value));
        }
        return value;
    }

    @Override
    public int hashCode() {
        return SeededHash.of(comparable);
    }

    private record Member(String name, Object value) {
        @Override
        public int hashCode() {
            return SeededHash.of(List.of(name, value));
        }
    }

    private record Nested(String typeName, Object content) {
        @Override
        public int hashCode() {
            return SeededHash.of(List.of(typeName, content));
        }
    }
}
