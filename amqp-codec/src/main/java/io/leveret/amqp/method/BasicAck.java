package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.ack} (60, 80): settles a delivery, or confirms a publish; with {@code multiple} all up to it. */
public record BasicAck(long deliveryTag, boolean multiple) implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 80;

    static BasicAck read(ByteBuf in) {
        long deliveryTag = in.readLong();
        boolean multiple = Wire.readBit(in);
        return new BasicAck(deliveryTag, multiple);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        out.writeLong(deliveryTag);
        out.writeBoolean(multiple);
    }
}
