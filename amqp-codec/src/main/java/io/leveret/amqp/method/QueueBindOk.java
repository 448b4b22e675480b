package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code queue.bind-ok} (50, 21): the binding is there. */
public record QueueBindOk() implements QueueMethod {

    public static final int ID = (CLASS_ID << 16) | 21;

    static QueueBindOk read(ByteBuf in) {
        return new QueueBindOk();
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
