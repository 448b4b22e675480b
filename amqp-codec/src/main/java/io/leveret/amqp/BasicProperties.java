package io.leveret.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a message as they came from the wire, flags and values. Immutable and shared between threads; a property is decoded
 * when it is asked for, and what nobody asks for is passed on as it came.
 */
public final class BasicProperties {

    public static final BasicProperties EMPTY = new BasicProperties(new byte[PropertyList.FLAG_BYTES]);

    private static final int PERSISTENT = 2;

    private final byte[] encoded;

    /** A racy cache: threads that decode at the same time make equal tables, and either may stay. */
    private @Nullable FieldTable headers;

    private BasicProperties(byte[] encoded) {
        this.encoded = encoded;
    }

    /** Takes all readable bytes as flags and property list, and checks them whole. */
    public static BasicProperties read(ByteBuf in) {
        byte[] encoded = new byte[in.readableBytes()];
        in.readBytes(encoded);
        return of(encoded);
    }

    /** Takes octets that {@link #encoded} gave, uncopied, and checks them whole. */
    public static BasicProperties of(byte[] encoded) {
        PropertyList.check(encoded);
        return encoded.length == PropertyList.FLAG_BYTES ? EMPTY : new BasicProperties(encoded);
    }

    public static Builder builder() {
        return EMPTY.toBuilder();
    }

    /** A builder that begins with these properties; those it does not set keep their octets. */
    public Builder toBuilder() {
        return new Builder(encoded);
    }

    /** Whether the buffer's readable bytes are these properties. Moves no index. */
    public boolean sameBytes(ByteBuf in) {
        int length = encoded.length;
        int from = in.readerIndex();
        if (in.readableBytes() != length) {
            return false;
        }
        if (in.hasArray()) {
            int start = in.arrayOffset() + from;
            return Arrays.equals(encoded, 0, length, in.array(), start, start + length);
        }
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            if (in.getLong(from + i) != (long) PropertyList.LONG.get(encoded, i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (in.getByte(from + i) != encoded[i]) {
                return false;
            }
        }
        return true;
    }

    /** The octets themselves, not a copy: not to be written to. */
    public byte[] encoded() {
        return encoded;
    }

    public @Nullable String contentType() {
        return text(PropertyList.CONTENT_TYPE);
    }

    public @Nullable String contentEncoding() {
        return text(PropertyList.CONTENT_ENCODING);
    }

    public boolean hasHeaders() {
        return has(PropertyList.HEADERS);
    }

    /** The headers, empty if there are none. */
    public FieldTable headers() {
        FieldTable known = headers;
        if (known == null) {
            known = decodeHeaders();
            headers = known;
        }
        return known;
    }

    /** One header, without decoding the others; null if there is none of that name. */
    public @Nullable FieldValue header(String name) {
        FieldTable known = headers;
        if (known != null) {
            return known.get(name);
        }
        // Most messages have none, and then the name need not be encoded.
        return hasHeaders() ? find(octets(name)) : null;
    }

    /** Likewise, for who asks many messages for it. */
    public @Nullable FieldValue header(HeaderName name) {
        FieldTable known = headers;
        return known == null ? find(name.octets()) : known.get(name.text());
    }

    private @Nullable FieldValue find(byte[] name) {
        int at = hasHeaders() ? FieldWalk.find(encoded, PropertyList.start(encoded, PropertyList.HEADERS), name) : -1;
        return at < 0 ? null : FieldReader.readValue(Unpooled.wrappedBuffer(encoded, at, encoded.length - at));
    }

    /** The same properties with another value of a header that is there; all other octets stay as they are. */
    public BasicProperties withHeader(String name, FieldValue value) {
        int table = PropertyList.start(encoded, PropertyList.HEADERS);
        int at = hasHeaders() ? FieldWalk.find(encoded, table, octets(name)) : -1;
        if (at < 0) {
            throw new IllegalArgumentException("header " + name + " (expected: one that is there)");
        }
        int end = FieldWalk.endOfValue(encoded, at);
        ByteBuf out = Unpooled.buffer(encoded.length + Long.BYTES);
        out.writeBytes(encoded, 0, at);
        out.writeByte(value.tag());
        value.write(out);
        int longer = out.writerIndex() - end;
        out.writeBytes(encoded, end, encoded.length - end);
        out.setInt(table, out.getInt(table) + longer);
        return new BasicProperties(Arrays.copyOf(out.array(), out.writerIndex()));
    }

    static byte[] octets(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    /** The delivery mode as it was sent, 0 if it was not. */
    public int deliveryMode() {
        return octet(PropertyList.DELIVERY_MODE, 0);
    }

    public boolean persistent() {
        return deliveryMode() == PERSISTENT;
    }

    /** The priority as it was sent, -1 if it was not. */
    public int priority() {
        return octet(PropertyList.PRIORITY, -1);
    }

    public @Nullable String correlationId() {
        return text(PropertyList.CORRELATION_ID);
    }

    public boolean hasReplyTo() {
        return has(PropertyList.REPLY_TO);
    }

    public @Nullable String replyTo() {
        return text(PropertyList.REPLY_TO);
    }

    public boolean hasExpiration() {
        return has(PropertyList.EXPIRATION);
    }

    public @Nullable String expiration() {
        return text(PropertyList.EXPIRATION);
    }

    public @Nullable String messageId() {
        return text(PropertyList.MESSAGE_ID);
    }

    public boolean hasTimestamp() {
        return has(PropertyList.TIMESTAMP);
    }

    /** Seconds since 1970 as they were sent, -1 if they were not. */
    public long timestamp() {
        if (!has(PropertyList.TIMESTAMP)) {
            return -1;
        }
        return (long) PropertyList.LONG.get(encoded, PropertyList.start(encoded, PropertyList.TIMESTAMP));
    }

    public @Nullable String type() {
        return text(PropertyList.TYPE);
    }

    public boolean hasUserId() {
        return has(PropertyList.USER_ID);
    }

    public @Nullable String userId() {
        return text(PropertyList.USER_ID);
    }

    public @Nullable String appId() {
        return text(PropertyList.APP_ID);
    }

    public @Nullable String clusterId() {
        return text(PropertyList.CLUSTER_ID);
    }

    /** The same octets; headers in another order are other octets. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BasicProperties that && Arrays.equals(encoded, that.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    private boolean has(int flag) {
        return (PropertyList.flags(encoded) & flag) != 0;
    }

    private int octet(int flag, int absent) {
        return has(flag) ? encoded[PropertyList.start(encoded, flag)] & 0xFF : absent;
    }

    private @Nullable String text(int flag) {
        if (!has(flag)) {
            return null;
        }
        int start = PropertyList.start(encoded, flag);
        return ShortString.decodeLenient(
                Arrays.copyOfRange(encoded, start + 1, PropertyList.end(encoded, flag, start)));
    }

    private FieldTable decodeHeaders() {
        if (!hasHeaders()) {
            return FieldTable.EMPTY;
        }
        int start = PropertyList.start(encoded, PropertyList.HEADERS);
        return FieldTable.read(Unpooled.wrappedBuffer(encoded, start, encoded.length - start));
    }

    /** Gathers properties, each as it will stand on the wire; null takes one away. Belongs to one thread. */
    public static final class Builder {

        private static final int MAX_OCTET = 255;

        /** No property is shorter than one octet, so this is none. */
        private static final byte[] ABSENT = new byte[0];

        /** By the flag's bit number. */
        private final byte[][] values = new byte[Short.SIZE][];

        private Builder(byte[] encoded) {
            Arrays.fill(values, ABSENT);
            for (int flag = PropertyList.CONTENT_TYPE; flag >= PropertyList.CLUSTER_ID; flag >>= 1) {
                if ((PropertyList.flags(encoded) & flag) != 0) {
                    int start = PropertyList.start(encoded, flag);
                    put(flag, Arrays.copyOfRange(encoded, start, PropertyList.end(encoded, flag, start)));
                }
            }
        }

        public Builder contentType(@Nullable String value) {
            return put(PropertyList.CONTENT_TYPE, value);
        }

        public Builder contentEncoding(@Nullable String value) {
            return put(PropertyList.CONTENT_ENCODING, value);
        }

        /** @throws IllegalArgumentException if they are nested so deep that nobody could read them */
        public Builder headers(@Nullable FieldTable value) {
            if (value != null && value.depth() > FieldTable.MAX_DEPTH) {
                throw new IllegalArgumentException(
                        "depth of headers: " + value.depth() + " (expected: 1 to " + FieldTable.MAX_DEPTH + ")");
            }
            return put(PropertyList.HEADERS, value == null ? ABSENT : encode(value));
        }

        public Builder deliveryMode(int value) {
            return put(PropertyList.DELIVERY_MODE, octet("delivery mode", value));
        }

        public Builder priority(int value) {
            return put(PropertyList.PRIORITY, octet("priority", value));
        }

        public Builder correlationId(@Nullable String value) {
            return put(PropertyList.CORRELATION_ID, value);
        }

        public Builder replyTo(@Nullable String value) {
            return put(PropertyList.REPLY_TO, value);
        }

        public Builder expiration(@Nullable String value) {
            return put(PropertyList.EXPIRATION, value);
        }

        public Builder messageId(@Nullable String value) {
            return put(PropertyList.MESSAGE_ID, value);
        }

        public Builder timestamp(long epochSeconds) {
            byte[] bytes = new byte[Long.BYTES];
            PropertyList.LONG.set(bytes, 0, epochSeconds);
            return put(PropertyList.TIMESTAMP, bytes);
        }

        public Builder type(@Nullable String value) {
            return put(PropertyList.TYPE, value);
        }

        public Builder userId(@Nullable String value) {
            return put(PropertyList.USER_ID, value);
        }

        public Builder appId(@Nullable String value) {
            return put(PropertyList.APP_ID, value);
        }

        public Builder clusterId(@Nullable String value) {
            return put(PropertyList.CLUSTER_ID, value);
        }

        public BasicProperties build() {
            int flags = 0;
            int length = PropertyList.FLAG_BYTES;
            for (int bit = 0; bit < values.length; bit++) {
                flags |= values[bit].length == 0 ? 0 : 1 << bit;
                length += values[bit].length;
            }
            return flags == 0 ? EMPTY : new BasicProperties(join(flags, length));
        }

        private byte[] join(int flags, int length) {
            byte[] joined = new byte[length];
            PropertyList.writeFlags(joined, flags);
            int at = PropertyList.FLAG_BYTES;
            for (int bit = values.length - 1; bit >= 0; bit--) {
                System.arraycopy(values[bit], 0, joined, at, values[bit].length);
                at += values[bit].length;
            }
            return joined;
        }

        private Builder put(int flag, @Nullable String value) {
            return put(flag, value == null ? ABSENT : ShortString.encode(value));
        }

        private Builder put(int flag, byte[] value) {
            values[Integer.numberOfTrailingZeros(flag)] = value;
            return this;
        }

        private static byte[] octet(String name, int value) {
            if (value < 0 || value > MAX_OCTET) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: 0 to 255)");
            }
            return new byte[] {(byte) value};
        }

        private static byte[] encode(FieldTable table) {
            ByteBuf buffer = Unpooled.buffer();
            table.write(buffer);
            return Arrays.copyOf(buffer.array(), buffer.writerIndex());
        }
    }
}
