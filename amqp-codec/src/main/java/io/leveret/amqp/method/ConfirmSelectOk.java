package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code confirm.select-ok} (85, 11): confirms are on. */
public record ConfirmSelectOk() implements ConfirmMethod {

    public static final int ID = (CLASS_ID << 16) | 11;

    static ConfirmSelectOk read(ByteBuf in) {
        return new ConfirmSelectOk();
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
