package io.leveret.amqp.method;

import io.leveret.amqp.FieldTable;
import io.netty.buffer.ByteBuf;

/** {@code queue.unbind} (50, 50): takes a queue's binding away. */
public record QueueUnbind(String queue, String exchange, String routingKey, FieldTable arguments)
        implements QueueMethod {

    public static final int ID = (CLASS_ID << 16) | 50;

    static QueueUnbind read(ByteBuf in) {
        Wire.skipReserved(in);
        String queue = Wire.readShortString(in);
        String exchange = Wire.readShortString(in);
        String routingKey = Wire.readShortString(in);
        FieldTable arguments = Wire.readTable(in);
        return new QueueUnbind(queue, exchange, routingKey, arguments);
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
        arguments.write(out);
    }
}
