package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.qos} (60, 10): how much may be delivered ahead of acknowledgement; 0 is no limit. */
public record BasicQos(long prefetchSize, int prefetchCount, boolean global) implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 10;

    static BasicQos read(ByteBuf in) {
        long prefetchSize = in.readUnsignedInt();
        int prefetchCount = in.readUnsignedShort();
        boolean global = Wire.readBit(in);
        return new BasicQos(prefetchSize, prefetchCount, global);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        out.writeInt((int) prefetchSize);
        out.writeShort(prefetchCount);
        out.writeBoolean(global);
    }
}
