package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code channel.close-ok} (20, 41): the channel's number may be used again. */
public record ChannelCloseOk() implements ChannelMethod {

    public static final int ID = (CLASS_ID << 16) | 41;

    static ChannelCloseOk read(ByteBuf in) {
        return new ChannelCloseOk();
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
