package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code access.request-ok} (30, 11): the ticket, which nothing looks at. */
public record AccessRequestOk(int ticket) implements AccessMethod {

    public static final int ID = (CLASS_ID << 16) | 11;

    static AccessRequestOk read(ByteBuf in) {
        return new AccessRequestOk(in.readUnsignedShort());
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        out.writeShort(ticket);
    }
}
