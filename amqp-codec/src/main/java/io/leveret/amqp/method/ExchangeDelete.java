package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code exchange.delete} (40, 20): deletes an exchange with its bindings. */
public record ExchangeDelete(String exchange, boolean ifUnused, boolean nowait) implements ExchangeMethod {

    public static final int ID = (CLASS_ID << 16) | 20;

    private static final int IF_UNUSED = 1;
    private static final int NOWAIT = 1 << 1;

    static ExchangeDelete read(ByteBuf in) {
        Wire.skipReserved(in);
        String exchange = Wire.readShortString(in);
        int bits = in.readUnsignedByte();
        return new ExchangeDelete(exchange, (bits & IF_UNUSED) != 0, (bits & NOWAIT) != 0);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeReserved(out);
        Wire.writeShortString(out, exchange);
        out.writeByte((ifUnused ? IF_UNUSED : 0) | (nowait ? NOWAIT : 0));
    }
}
