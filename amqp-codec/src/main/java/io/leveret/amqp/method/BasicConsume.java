package io.leveret.amqp.method;

import io.leveret.amqp.FieldTable;
import io.netty.buffer.ByteBuf;

/** {@code basic.consume} (60, 20): starts a consumer; an empty tag asks the server for one. */
public record BasicConsume(
        String queue,
        String consumerTag,
        boolean noLocal,
        boolean noAck,
        boolean exclusive,
        boolean nowait,
        FieldTable arguments)
        implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 20;

    private static final int NO_LOCAL = 1;
    private static final int NO_ACK = 1 << 1;
    private static final int EXCLUSIVE = 1 << 2;
    private static final int NOWAIT = 1 << 3;

    static BasicConsume read(ByteBuf in) {
        Wire.skipReserved(in);
        String queue = Wire.readShortString(in);
        String consumerTag = Wire.readShortString(in);
        int bits = in.readUnsignedByte();
        FieldTable arguments = Wire.readTable(in);
        return new BasicConsume(
                queue,
                consumerTag,
                (bits & NO_LOCAL) != 0,
                (bits & NO_ACK) != 0,
                (bits & EXCLUSIVE) != 0,
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
        Wire.writeShortString(out, consumerTag);
        out.writeByte(
                (noLocal ? NO_LOCAL : 0) | (noAck ? NO_ACK : 0) | (exclusive ? EXCLUSIVE : 0) | (nowait ? NOWAIT : 0));
        arguments.write(out);
    }
}
