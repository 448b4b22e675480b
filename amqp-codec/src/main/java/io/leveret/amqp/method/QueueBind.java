package io.leveret.amqp.method;

import io.leveret.amqp.FieldTable;
import io.netty.buffer.ByteBuf;

/** {@code queue.bind} (50, 20): binds a queue to an exchange. */
public record QueueBind(String queue, String exchange, String routingKey, boolean nowait, FieldTable arguments)
        implements QueueMethod {

    public static final int ID = (CLASS_ID << 16) | 20;

    static QueueBind read(ByteBuf in) {
        Wire.skipReserved(in);
        String queue = Wire.readShortString(in);
        String exchange = Wire.readShortString(in);
        String routingKey = Wire.readShortString(in);
        boolean nowait = Wire.readBit(in);
        FieldTable arguments = Wire.readTable(in);
        return new QueueBind(queue, exchange, routingKey, nowait, arguments);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeReserved(out);
        Wire.writeShortString(out, queue);
        Wire.writeShortString(out, exchange);
        Wire.writeShortString(out, routingKey);
        out.writeBoolean(nowait);
        arguments.write(out);
    }
}
