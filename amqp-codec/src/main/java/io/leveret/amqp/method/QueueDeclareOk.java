package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code queue.declare-ok} (50, 11): the queue is there, and how full it is. */
public record QueueDeclareOk(String queue, long messageCount, long consumerCount) implements QueueMethod {

    public static final int ID = (CLASS_ID << 16) | 11;

    static QueueDeclareOk read(ByteBuf in) {
        String queue = Wire.readShortString(in);
        long messageCount = in.readUnsignedInt();
        long consumerCount = in.readUnsignedInt();
        return new QueueDeclareOk(queue, messageCount, consumerCount);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeShortString(out, queue);
        out.writeInt((int) messageCount);
        out.writeInt((int) consumerCount);
    }
}
