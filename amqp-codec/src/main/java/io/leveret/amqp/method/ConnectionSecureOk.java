package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code connection.secure-ok} (10, 21): the client's SASL response. */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record ConnectionSecureOk(byte[] response) implements ConnectionMethod {

    public static final int ID = (CLASS_ID << 16) | 21;

    static ConnectionSecureOk read(ByteBuf in) {
        return new ConnectionSecureOk(Wire.readLongBytes(in));
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeLongBytes(out, response);
    }

    /** As a record's own, but by the octets of its array. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConnectionSecureOk that && Arrays.equals(response, that.response);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(response);
    }
}
