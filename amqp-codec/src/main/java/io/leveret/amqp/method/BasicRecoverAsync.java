package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.recover-async} (60, 100): asks for all unacknowledged messages again, without an answer. */
public record BasicRecoverAsync(boolean requeue) implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 100;

    static BasicRecoverAsync read(ByteBuf in) {
        return new BasicRecoverAsync(Wire.readBit(in));
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
