package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.publish} (60, 40): announces a message; its content header and body frames follow. */
public record BasicPublish(String exchange, String routingKey, boolean mandatory, boolean immediate)
        implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 40;

    private static final int MANDATORY = 1;
    private static final int IMMEDIATE = 1 << 1;

    static BasicPublish read(ByteBuf in) {
        Wire.skipReserved(in);
        String exchange = Wire.readOctetsShortString(in);
        String routingKey = Wire.readOctetsShortString(in);
        int bits = in.readUnsignedByte();
        return new BasicPublish(exchange, routingKey, (bits & MANDATORY) != 0, (bits & IMMEDIATE) != 0);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeReserved(out);
        Wire.writeShortString(out, exchange);
        Wire.writeShortString(out, routingKey);
        out.writeByte((mandatory ? MANDATORY : 0) | (immediate ? IMMEDIATE : 0));
    }

    @Override
    public boolean carriesContent() {
        return true;
    }
}
