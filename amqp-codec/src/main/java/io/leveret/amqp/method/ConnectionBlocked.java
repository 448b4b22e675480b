package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code connection.blocked} (10, 60): RabbitMQ's extension: the server takes no publishes for the time being. */
public record ConnectionBlocked(String reason) implements ConnectionMethod {

    public static final int ID = (CLASS_ID << 16) | 60;

    static ConnectionBlocked read(ByteBuf in) {
        return new ConnectionBlocked(Wire.readShortString(in));
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeShortString(out, reason);
    }
}
