package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code queue.delete} (50, 40): deletes a queue with its bindings and messages. */
public record QueueDelete(String queue, boolean ifUnused, boolean ifEmpty, boolean nowait) implements QueueMethod {

    public static final int ID = (CLASS_ID << 16) | 40;

    private static final int IF_UNUSED = 1;
    private static final int IF_EMPTY = 1 << 1;
    private static final int NOWAIT = 1 << 2;

    static QueueDelete read(ByteBuf in) {
        Wire.skipReserved(in);
        String queue = Wire.readShortString(in);
        int bits = in.readUnsignedByte();
        return new QueueDelete(queue, (bits & IF_UNUSED) != 0, (bits & IF_EMPTY) != 0, (bits & NOWAIT) != 0);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeReserved(out);
        Wire.writeShortString(out, queue);
        out.writeByte((ifUnused ? IF_UNUSED : 0) | (ifEmpty ? IF_EMPTY : 0) | (nowait ? NOWAIT : 0));
    }
}
