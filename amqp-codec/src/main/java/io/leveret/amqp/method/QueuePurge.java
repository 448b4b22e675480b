package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code queue.purge} (50, 30): drops the messages that are ready in a queue. */
public record QueuePurge(String queue, boolean nowait) implements QueueMethod {

    public static final int ID = (CLASS_ID << 16) | 30;

    static QueuePurge read(ByteBuf in) {
        Wire.skipReserved(in);
        String queue = Wire.readShortString(in);
        boolean nowait = Wire.readBit(in);
        return new QueuePurge(queue, nowait);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeReserved(out);
        Wire.writeShortString(out, queue);
        out.writeBoolean(nowait);
    }
}
