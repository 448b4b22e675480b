package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code queue.delete-ok} (50, 41): how many messages went with the queue. */
public record QueueDeleteOk(long messageCount) implements QueueMethod {

    public static final int ID = (CLASS_ID << 16) | 41;

    static QueueDeleteOk read(ByteBuf in) {
        return new QueueDeleteOk(in.readUnsignedInt());
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
