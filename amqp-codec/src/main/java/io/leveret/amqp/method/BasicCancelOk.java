package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.cancel-ok} (60, 31): the consumer is gone. */
public record BasicCancelOk(String consumerTag) implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 31;

    static BasicCancelOk read(ByteBuf in) {
        return new BasicCancelOk(Wire.readShortString(in));
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeShortString(out, consumerTag);
    }
}
