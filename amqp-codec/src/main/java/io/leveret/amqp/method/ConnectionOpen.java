package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code connection.open} (10, 40): enters a virtual host. */
public record ConnectionOpen(String virtualHost) implements ConnectionMethod {

    public static final int ID = (CLASS_ID << 16) | 40;

    static ConnectionOpen read(ByteBuf in) {
        String virtualHost = Wire.readShortString(in);
        Wire.skipReservedString(in);
        in.skipBytes(1);
        return new ConnectionOpen(virtualHost);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeShortString(out, virtualHost);
        Wire.writeReservedString(out);
        out.writeByte(0);
    }
}
