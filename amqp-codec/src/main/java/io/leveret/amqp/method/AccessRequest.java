package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code access.request} (30, 10): a ticket of AMQP 0-8, which old clients still ask for. */
public record AccessRequest(
        String realm, boolean exclusive, boolean passive, boolean active, boolean write, boolean read)
        implements AccessMethod {

    public static final int ID = (CLASS_ID << 16) | 10;

    private static final int EXCLUSIVE = 1;
    private static final int PASSIVE = 1 << 1;
    private static final int ACTIVE = 1 << 2;
    private static final int WRITE = 1 << 3;
    private static final int READ = 1 << 4;

    static AccessRequest read(ByteBuf in) {
        String realm = Wire.readShortString(in);
        int bits = in.readUnsignedByte();
        return new AccessRequest(
                realm,
                (bits & EXCLUSIVE) != 0,
                (bits & PASSIVE) != 0,
                (bits & ACTIVE) != 0,
                (bits & WRITE) != 0,
                (bits & READ) != 0);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeShortString(out, realm);
        out.writeByte((exclusive ? EXCLUSIVE : 0)
                | (passive ? PASSIVE : 0)
                | (active ? ACTIVE : 0)
                | (write ? WRITE : 0)
                | (read ? READ : 0));
    }
}
