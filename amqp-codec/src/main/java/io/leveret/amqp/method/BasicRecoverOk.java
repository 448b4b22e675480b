package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.recover-ok} (60, 111): the messages will come again. */
public record BasicRecoverOk() implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 111;

    static BasicRecoverOk read(ByteBuf in) {
        return new BasicRecoverOk();
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
