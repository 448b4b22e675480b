package io.leveret.amqp.method;

import io.leveret.amqp.FieldTable;
import io.netty.buffer.ByteBuf;

/** {@code exchange.bind} (40, 30): RabbitMQ's extension: binds an exchange to another. */
public record ExchangeBind(String destination, String source, String routingKey, boolean nowait, FieldTable arguments)
        implements ExchangeMethod {

    public static final int ID = (CLASS_ID << 16) | 30;

    static ExchangeBind read(ByteBuf in) {
        Wire.skipReserved(in);
        String destination = Wire.readShortString(in);
        String source = Wire.readShortString(in);
        String routingKey = Wire.readShortString(in);
        boolean nowait = Wire.readBit(in);
        FieldTable arguments = Wire.readTable(in);
        return new ExchangeBind(destination, source, routingKey, nowait, arguments);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeReserved(out);
        Wire.writeShortString(out, destination);
        Wire.writeShortString(out, source);
        Wire.writeShortString(out, routingKey);
        out.writeBoolean(nowait);
        arguments.write(out);
    }
}
