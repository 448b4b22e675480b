package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code connection.update-secret} (10, 70): RabbitMQ's extension: the client renews its credential. */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record ConnectionUpdateSecret(byte[] newSecret, String reason) implements ConnectionMethod {

    public static final int ID = (CLASS_ID << 16) | 70;

    static ConnectionUpdateSecret read(ByteBuf in) {
        byte[] newSecret = Wire.readLongBytes(in);
        String reason = Wire.readShortString(in);
        return new ConnectionUpdateSecret(newSecret, reason);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeLongBytes(out, newSecret);
        Wire.writeShortString(out, reason);
    }

    /** As a record's own, but by the octets of its array. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConnectionUpdateSecret that
                && Arrays.equals(newSecret, that.newSecret)
                && reason.equals(that.reason);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(newSecret), reason);
    }
}
