package io.leveret.amqp.method;

import io.leveret.amqp.FieldTable;
import io.netty.buffer.ByteBuf;

/** {@code exchange.declare} (40, 10): makes an exchange, or checks that it is as declared. */
public record ExchangeDeclare(
        String exchange,
        String type,
        boolean passive,
        boolean durable,
        boolean autoDelete,
        boolean internal,
        boolean nowait,
        FieldTable arguments)
        implements ExchangeMethod {

    public static final int ID = (CLASS_ID << 16) | 10;

    private static final int PASSIVE = 1;
    private static final int DURABLE = 1 << 1;
    private static final int AUTO_DELETE = 1 << 2;
    private static final int INTERNAL = 1 << 3;
    private static final int NOWAIT = 1 << 4;

    static ExchangeDeclare read(ByteBuf in) {
        Wire.skipReserved(in);
        String exchange = Wire.readShortString(in);
        String type = Wire.readShortString(in);
        int bits = in.readUnsignedByte();
        FieldTable arguments = Wire.readTable(in);
        return new ExchangeDeclare(
                exchange,
                type,
                (bits & PASSIVE) != 0,
                (bits & DURABLE) != 0,
                (bits & AUTO_DELETE) != 0,
                (bits & INTERNAL) != 0,
                (bits & NOWAIT) != 0,
                arguments);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeReserved(out);
        Wire.writeShortString(out, exchange);
        Wire.writeShortString(out, type);
        out.writeByte((passive ? PASSIVE : 0)
                | (durable ? DURABLE : 0)
                | (autoDelete ? AUTO_DELETE : 0)
                | (internal ? INTERNAL : 0)
                | (nowait ? NOWAIT : 0));
        arguments.write(out);
    }
}
