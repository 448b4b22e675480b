package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.return} (60, 50): gives a message back that could not be routed; its content follows. */
public record BasicReturn(int replyCode, String replyText, String exchange, String routingKey) implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 50;

    static BasicReturn read(ByteBuf in) {
        int replyCode = in.readUnsignedShort();
        String replyText = Wire.readShortString(in);
        String exchange = Wire.readShortString(in);
        String routingKey = Wire.readShortString(in);
        return new BasicReturn(replyCode, replyText, exchange, routingKey);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        out.writeShort(replyCode);
        Wire.writeShortString(out, replyText);
        Wire.writeShortString(out, exchange);
        Wire.writeShortString(out, routingKey);
    }

    @Override
    public boolean carriesContent() {
        return true;
    }
}
