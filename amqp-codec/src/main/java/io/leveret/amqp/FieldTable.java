package io.leveret.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A field table: names and typed values in the order in which they came. Immutable. Two tables are equal whatever their order.
 *
 * <p>Where a name comes twice the first value counts, as in RabbitMQ; the second is not kept.
 */
public final class FieldTable {

    public static final FieldTable EMPTY = new FieldTable(Map.of());

    /** Tables and arrays within each other; RabbitMQ has no bound, but a stack has. */
    public static final int MAX_DEPTH = 128;

    private final Map<String, FieldValue> entries;

    FieldTable(Map<String, FieldValue> entries) {
        this.entries = entries;
    }

    /** Reads a table with its length before it. */
    public static FieldTable read(ByteBuf in) {
        return FieldReader.readTable(in);
    }

    /** Reads a table of {@code length} bytes without a length before it, as AMQPLAIN has it. */
    public static FieldTable readBody(ByteBuf in, int length) {
        return FieldReader.readTableBody(in, length);
    }

    /** Reads what {@link #encoded} made, whole. */
    public static FieldTable decode(byte[] encoded) {
        return FieldReader.readTableBody(Unpooled.wrappedBuffer(encoded), encoded.length);
    }

    /** The table as on the wire, without a length before it. */
    public byte[] encoded() {
        ByteBuf out = Unpooled.buffer();
        write(out);
        return ByteBufUtil.getBytes(out, Integer.BYTES, out.readableBytes() - Integer.BYTES);
    }

    public void write(ByteBuf out) {
        int start = out.writerIndex();
        out.writeInt(0);
        entries.forEach((name, value) -> {
            ShortString.write(out, name);
            out.writeByte(value.tag());
            value.write(out);
        });
        out.setInt(start, out.writerIndex() - start - Integer.BYTES);
    }

    public @Nullable FieldValue get(String name) {
        return entries.get(name);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public Map<String, FieldValue> entries() {
        return entries;
    }

    /** How many tables and arrays stand within each other, this one among them; no more than {@link #MAX_DEPTH} can be read again. */
    public int depth() {
        return 1 + deepest(entries.values());
    }

    private static int deepest(Collection<FieldValue> values) {
        int deepest = 0;
        for (FieldValue value : values) {
            if (value instanceof FieldValue.Table table) {
                deepest = Math.max(deepest, table.value().depth());
            } else if (value instanceof FieldValue.Array array) {
                deepest = Math.max(deepest, 1 + deepest(array.values()));
            }
        }
        return deepest;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The same names and values in any order: so two declarations or bindings are told to be the same, as RabbitMQ does. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldTable that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return entries.toString();
    }

    /** Gathers a table; a name that is put again keeps its place and takes the new value. Belongs to one thread. */
    public static final class Builder {

        private final Map<String, FieldValue> entries = new LinkedHashMap<>();

        private Builder() {}

        public Builder put(String name, FieldValue value) {
            if (name.getBytes(StandardCharsets.UTF_8).length > ShortString.MAX_BYTES) {
                throw new IllegalArgumentException("field name of over 255 bytes: " + ShortString.truncate(name));
            }
            entries.put(name, value);
            return this;
        }

        public Builder put(String name, String value) {
            return put(name, FieldValue.of(value));
        }

        public Builder put(String name, int value) {
            return put(name, FieldValue.of(value));
        }

        public Builder put(String name, long value) {
            return put(name, FieldValue.of(value));
        }

        public Builder put(String name, boolean value) {
            return put(name, FieldValue.of(value));
        }

        public Builder put(String name, FieldTable value) {
            return put(name, FieldValue.of(value));
        }

        public Builder put(String name, List<FieldValue> value) {
            return put(name, FieldValue.of(value));
        }

        public Builder putAll(FieldTable other) {
            entries.putAll(other.entries);
            return this;
        }

        public FieldTable build() {
            return entries.isEmpty()
                    ? EMPTY
                    : new FieldTable(Collections.unmodifiableMap(new LinkedHashMap<>(entries)));
        }
    }
}
