package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.get-empty} (60, 72): the queue has no message. */
public record BasicGetEmpty() implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 72;

    static BasicGetEmpty read(ByteBuf in) {
        Wire.skipReservedString(in);
        return new BasicGetEmpty();
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeReservedString(out);
    }
}
