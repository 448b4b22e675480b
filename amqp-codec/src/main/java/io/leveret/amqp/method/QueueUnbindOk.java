package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code queue.unbind-ok} (50, 51): the binding is gone. */
public record QueueUnbindOk() implements QueueMethod {

    public static final int ID = (CLASS_ID << 16) | 51;

    static QueueUnbindOk read(ByteBuf in) {
        return new QueueUnbindOk();
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        // It has none.
    }
}
