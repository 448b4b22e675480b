package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code connection.close} (10, 50): ends the connection, from either side; the ids name the method at fault, 0 if there is none. */
public record ConnectionClose(int replyCode, String replyText, int failingClassId, int failingMethodId)
        implements ConnectionMethod {

    public static final int ID = (CLASS_ID << 16) | 50;

    static ConnectionClose read(ByteBuf in) {
        int replyCode = in.readUnsignedShort();
        String replyText = Wire.readShortString(in);
        int failingClassId = in.readUnsignedShort();
        int failingMethodId = in.readUnsignedShort();
        return new ConnectionClose(replyCode, replyText, failingClassId, failingMethodId);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        out.writeShort(replyCode);
        Wire.writeShortString(out, replyText);
        out.writeShort(failingClassId);
        out.writeShort(failingMethodId);
    }
}
