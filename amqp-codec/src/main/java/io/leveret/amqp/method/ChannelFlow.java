package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code channel.flow} (20, 20): asks the other side to stop or go on sending content. */
public record ChannelFlow(boolean active) implements ChannelMethod {

    public static final int ID = (CLASS_ID << 16) | 20;

    static ChannelFlow read(ByteBuf in) {
        return new ChannelFlow(Wire.readBit(in));
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
