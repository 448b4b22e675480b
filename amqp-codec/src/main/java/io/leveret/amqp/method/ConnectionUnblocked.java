package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code connection.unblocked} (10, 61): RabbitMQ's extension: the server takes publishes again. */
public record ConnectionUnblocked() implements ConnectionMethod {

    public static final int ID = (CLASS_ID << 16) | 61;

    static ConnectionUnblocked read(ByteBuf in) {
        return new ConnectionUnblocked();
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        // It has none.
    }
}
