package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.recover} (60, 110): asks for all unacknowledged messages again. */
public record BasicRecover(boolean requeue) implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 110;

    static BasicRecover read(ByteBuf in) {
        return new BasicRecover(Wire.readBit(in));
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        out.writeBoolean(requeue);
    }
}
