package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code channel.open} (20, 10): opens a channel. */
public record ChannelOpen() implements ChannelMethod {

    public static final int ID = (CLASS_ID << 16) | 10;

    static ChannelOpen read(ByteBuf in) {
        Wire.skipReservedString(in);
        return new ChannelOpen();
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeReservedString(out);
    }
}
