package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code connection.secure} (10, 20): the server's next SASL challenge. */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record ConnectionSecure(byte[] challenge) implements ConnectionMethod {

    public static final int ID = (CLASS_ID << 16) | 20;

    static ConnectionSecure read(ByteBuf in) {
        return new ConnectionSecure(Wire.readLongBytes(in));
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeLongBytes(out, challenge);
    }

    /** As a record's own, but by the octets of its array. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConnectionSecure that && Arrays.equals(challenge, that.challenge);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(challenge);
    }
}
