package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.deliver} (60, 60): brings a message to a consumer; its content follows. */
public record BasicDeliver(
        String consumerTag, long deliveryTag, boolean redelivered, String exchange, String routingKey)
        implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 60;

    static BasicDeliver read(ByteBuf in) {
        String consumerTag = Wire.readShortString(in);
        long deliveryTag = in.readLong();
        boolean redelivered = Wire.readBit(in);
        String exchange = Wire.readShortString(in);
        String routingKey = Wire.readShortString(in);
        return new BasicDeliver(consumerTag, deliveryTag, redelivered, exchange, routingKey);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeShortString(out, consumerTag);
        out.writeLong(deliveryTag);
        out.writeBoolean(redelivered);
        Wire.writeShortString(out, exchange);
        Wire.writeShortString(out, routingKey);
    }

    @Override
    public boolean carriesContent() {
        return true;
    }
}
