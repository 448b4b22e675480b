package io.leveret.amqp.method;

import io.leveret.amqp.FieldTable;
import io.netty.buffer.ByteBuf;

/** {@code queue.declare} (50, 10): makes a queue, or checks that it is as declared; an empty name asks the server for one. */
public record QueueDeclare(
        String queue,
        boolean passive,
        boolean durable,
        boolean exclusive,
        boolean autoDelete,
        boolean nowait,
        FieldTable arguments)
        implements QueueMethod {

    public static final int ID = (CLASS_ID << 16) | 10;

    private static final int PASSIVE = 1;
    private static final int DURABLE = 1 << 1;
    private static final int EXCLUSIVE = 1 << 2;
    private static final int AUTO_DELETE = 1 << 3;
    private static final int NOWAIT = 1 << 4;

    static QueueDeclare read(ByteBuf in) {
        Wire.skipReserved(in);
        String queue = Wire.readShortString(in);
        int bits = in.readUnsignedByte();
        FieldTable arguments = Wire.readTable(in);
        return new QueueDeclare(
                queue,
                (bits & PASSIVE) != 0,
                (bits & DURABLE) != 0,
                (bits & EXCLUSIVE) != 0,
                (bits & AUTO_DELETE) != 0,
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
        Wire.writeShortString(out, queue);
        out.writeByte((passive ? PASSIVE : 0)
                | (durable ? DURABLE : 0)
                | (exclusive ? EXCLUSIVE : 0)
                | (autoDelete ? AUTO_DELETE : 0)
                | (nowait ? NOWAIT : 0));
        arguments.write(out);
    }
}
