package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code confirm.select} (85, 10): RabbitMQ's extension: asks for a confirm of each publish on the channel. */
public record ConfirmSelect(boolean nowait) implements ConfirmMethod {

    public static final int ID = (CLASS_ID << 16) | 10;

    static ConfirmSelect read(ByteBuf in) {
        return new ConfirmSelect(Wire.readBit(in));
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        out.writeBoolean(nowait);
    }
}
