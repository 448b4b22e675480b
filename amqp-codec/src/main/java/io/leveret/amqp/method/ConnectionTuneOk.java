package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code connection.tune-ok} (10, 31): the limits that the client settles on; 0 is no limit, or no heartbeat. {@code heartbeat} is in seconds, {@code frameMax} in bytes. */
public record ConnectionTuneOk(int channelMax, long frameMax, int heartbeat) implements ConnectionMethod {

    public static final int ID = (CLASS_ID << 16) | 31;

    static ConnectionTuneOk read(ByteBuf in) {
        int channelMax = in.readUnsignedShort();
        long frameMax = in.readUnsignedInt();
        int heartbeat = in.readUnsignedShort();
        return new ConnectionTuneOk(channelMax, frameMax, heartbeat);
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
