package io.leveret.amqp.method;

import io.leveret.amqp.FieldTable;
import io.netty.buffer.ByteBuf;

/** {@code exchange.unbind} (40, 40): RabbitMQ's extension: takes a binding between exchanges away. */
public record ExchangeUnbind(String destination, String source, String routingKey, boolean nowait, FieldTable arguments)
        implements ExchangeMethod {

    public static final int ID = (CLASS_ID << 16) | 40;

    static ExchangeUnbind read(ByteBuf in) {
        Wire.skipReserved(in);
        String destination = Wire.readShortString(in);
        String source = Wire.readShortString(in);
        String routingKey = Wire.readShortString(in);
        boolean nowait = Wire.readBit(in);
        FieldTable arguments = Wire.readTable(in);
        return new ExchangeUnbind(destination, source, routingKey, nowait, arguments);
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
