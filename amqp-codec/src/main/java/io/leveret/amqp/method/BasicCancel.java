package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.cancel} (60, 30): ends a consumer, from either side. */
public record BasicCancel(String consumerTag, boolean nowait) implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 30;

    static BasicCancel read(ByteBuf in) {
        String consumerTag = Wire.readShortString(in);
        boolean nowait = Wire.readBit(in);
        return new BasicCancel(consumerTag, nowait);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeShortString(out, consumerTag);
        out.writeBoolean(nowait);
    }
}
