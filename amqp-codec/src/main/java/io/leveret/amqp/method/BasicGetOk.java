package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.get-ok} (60, 71): the message that was asked for, and how many are left; its content follows. */
public record BasicGetOk(long deliveryTag, boolean redelivered, String exchange, String routingKey, long messageCount)
        implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 71;

    static BasicGetOk read(ByteBuf in) {
        long deliveryTag = in.readLong();
        boolean redelivered = Wire.readBit(in);
        String exchange = Wire.readShortString(in);
        String routingKey = Wire.readShortString(in);
        long messageCount = in.readUnsignedInt();
        return new BasicGetOk(deliveryTag, redelivered, exchange, routingKey, messageCount);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        out.writeLong(deliveryTag);
        out.writeBoolean(redelivered);
        Wire.writeShortString(out, exchange);
        Wire.writeShortString(out, routingKey);
        out.writeInt((int) messageCount);
    }

    @Override
    public boolean carriesContent() {
        return true;
    }
}
