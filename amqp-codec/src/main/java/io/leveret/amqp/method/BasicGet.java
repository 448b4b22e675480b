package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.get} (60, 70): asks a queue for one message. */
public record BasicGet(String queue, boolean noAck) implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 70;

    static BasicGet read(ByteBuf in) {
        Wire.skipReserved(in);
        String queue = Wire.readShortString(in);
        boolean noAck = Wire.readBit(in);
        return new BasicGet(queue, noAck);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeReserved(out);
        Wire.writeShortString(out, queue);
        out.writeBoolean(noAck);
    }
}
