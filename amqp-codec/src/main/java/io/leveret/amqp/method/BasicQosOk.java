package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.qos-ok} (60, 11): the limit holds. */
public record BasicQosOk() implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 11;

    static BasicQosOk read(ByteBuf in) {
        return new BasicQosOk();
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
