package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code queue.purge-ok} (50, 31): how many messages were dropped. */
public record QueuePurgeOk(long messageCount) implements QueueMethod {

    public static final int ID = (CLASS_ID << 16) | 31;

    static QueuePurgeOk read(ByteBuf in) {
        return new QueuePurgeOk(in.readUnsignedInt());
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        out.writeInt((int) messageCount);
    }
}
