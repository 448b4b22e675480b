package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code connection.open-ok} (10, 41): the connection is ready. */
public record ConnectionOpenOk() implements ConnectionMethod {

    public static final int ID = (CLASS_ID << 16) | 41;

    static ConnectionOpenOk read(ByteBuf in) {
        Wire.skipReservedString(in);
        return new ConnectionOpenOk();
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeReservedString(out);
    }
}
