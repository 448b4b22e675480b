package io.leveret.amqp.method;

import io.leveret.amqp.FieldTable;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code connection.start-ok} (10, 11): what the client is, the mechanism that it chose and its first response. */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record ConnectionStartOk(FieldTable clientProperties, String mechanism, byte[] response, String locale)
        implements ConnectionMethod {

    public static final int ID = (CLASS_ID << 16) | 11;

    static ConnectionStartOk read(ByteBuf in) {
        FieldTable clientProperties = Wire.readTable(in);
        String mechanism = Wire.readShortString(in);
        byte[] response = Wire.readLongBytes(in);
        String locale = Wire.readShortString(in);
        return new ConnectionStartOk(clientProperties, mechanism, response, locale);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        clientProperties.write(out);
        Wire.writeShortString(out, mechanism);
        Wire.writeLongBytes(out, response);
        Wire.writeShortString(out, locale);
    }

    /** As a record's own, but by the octets of its array. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConnectionStartOk that
                && clientProperties.equals(that.clientProperties)
                && mechanism.equals(that.mechanism)
                && Arrays.equals(response, that.response)
                && locale.equals(that.locale);
    }

    @Override
    public int hashCode() {
        return Objects.hash(clientProperties, mechanism, Arrays.hashCode(response), locale);
    }
}
