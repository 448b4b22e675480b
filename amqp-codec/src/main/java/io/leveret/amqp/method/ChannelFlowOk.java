package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code channel.flow-ok} (20, 21): the state that was asked for was taken. */
public record ChannelFlowOk(boolean active) implements ChannelMethod {

    public static final int ID = (CLASS_ID << 16) | 21;

    static ChannelFlowOk read(ByteBuf in) {
        return new ChannelFlowOk(Wire.readBit(in));
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        out.writeBoolean(active);
    }
}
