package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code connection.close-ok} (10, 51): nothing follows on this connection. */
public record ConnectionCloseOk() implements ConnectionMethod {

    public static final int ID = (CLASS_ID << 16) | 51;

    static ConnectionCloseOk read(ByteBuf in) {
        return new ConnectionCloseOk();
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
