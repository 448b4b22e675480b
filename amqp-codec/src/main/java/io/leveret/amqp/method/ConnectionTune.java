package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code connection.tune} (10, 30): the limits that the server proposes; 0 is no limit, or no heartbeat. {@code heartbeat} is in seconds, {@code frameMax} in bytes. */
public record ConnectionTune(int channelMax, long frameMax, int heartbeat) implements ConnectionMethod {

    public static final int ID = (CLASS_ID << 16) | 30;

    static ConnectionTune read(ByteBuf in) {
        int channelMax = in.readUnsignedShort();
        long frameMax = in.readUnsignedInt();
        int heartbeat = in.readUnsignedShort();
        return new ConnectionTune(channelMax, frameMax, heartbeat);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        out.writeShort(channelMax);
        out.writeInt((int) frameMax);
        out.writeShort(heartbeat);
    }
}
