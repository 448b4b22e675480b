package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.nack} (60, 120): RabbitMQ's extension: refuses a delivery, or says that a publish failed; with {@code multiple} all up to it. */
public record BasicNack(long deliveryTag, boolean multiple, boolean requeue) implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 120;

    private static final int MULTIPLE = 1;
    private static final int REQUEUE = 1 << 1;

    static BasicNack read(ByteBuf in) {
        long deliveryTag = in.readLong();
        int bits = in.readUnsignedByte();
        return new BasicNack(deliveryTag, (bits & MULTIPLE) != 0, (bits & REQUEUE) != 0);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        out.writeLong(deliveryTag);
        out.writeByte((multiple ? MULTIPLE : 0) | (requeue ? REQUEUE : 0));
    }
}
