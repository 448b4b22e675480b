package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code connection.update-secret-ok} (10, 71): RabbitMQ's extension: the new credential was taken. */
public record ConnectionUpdateSecretOk() implements ConnectionMethod {

    public static final int ID = (CLASS_ID << 16) | 71;

    static ConnectionUpdateSecretOk read(ByteBuf in) {
        return new ConnectionUpdateSecretOk();
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
