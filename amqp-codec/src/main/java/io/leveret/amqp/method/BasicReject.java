package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.reject} (60, 90): refuses a delivery. */
public record BasicReject(long deliveryTag, boolean requeue) implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 90;

    static BasicReject read(ByteBuf in) {
        long deliveryTag = in.readLong();
        boolean requeue = Wire.readBit(in);
        return new BasicReject(deliveryTag, requeue);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        out.writeLong(deliveryTag);
        out.writeBoolean(requeue);
    }
}
