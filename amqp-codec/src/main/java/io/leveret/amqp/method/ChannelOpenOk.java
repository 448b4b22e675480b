package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code channel.open-ok} (20, 11): the channel is ready. */
public record ChannelOpenOk() implements ChannelMethod {

    public static final int ID = (CLASS_ID << 16) | 11;

    static ChannelOpenOk read(ByteBuf in) {
        Wire.skipReservedLongString(in);
        return new ChannelOpenOk();
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeReservedLongString(out);
    }
}
