package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.consume-ok} (60, 21): the consumer is there; deliveries follow. */
public record BasicConsumeOk(String consumerTag) implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 21;

    static BasicConsumeOk read(ByteBuf in) {
        return new BasicConsumeOk(Wire.readShortString(in));
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
