package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code basic.publish} (60, 40): announces a message; its content header and body frames follow. */
public record BasicPublish(String exchange, String routingKey, boolean mandatory, boolean immediate)
        implements BasicMethod {

    public static final int ID = (CLASS_ID << 16) | 40;

    private static final int MANDATORY = 1;
    private static final int IMMEDIATE = 1 << 1;
    /** Where the names stand: after class id, method id, and what was a ticket once. */
    private static final int NAMES_AT = 6;

    static BasicPublish read(ByteBuf in) {
        Wire.skipReserved(in);
        String exchange = Wire.readOctetsShortString(in);
        String routingKey = Wire.readOctetsShortString(in);
        int bits = in.readUnsignedByte();
        return new BasicPublish(exchange, routingKey, (bits & MANDATORY) != 0, (bits & IMMEDIATE) != 0);
    }

    /**
     * Whether a payload is this method again, told by its octets, so that no String is made to find out.
     *
     * @param names exchange and routing key, each with its length before it, as they stood in the first one
     */
    public boolean isRepeatedBy(ByteBuf payload, byte[] names) {
        int start = payload.readerIndex();
        int end = start + NAMES_AT + names.length;
        return end + 1 == payload.writerIndex()
                && (payload.getByte(end) & (MANDATORY | IMMEDIATE)) == bits()
                && Wire.equal(names, payload, start + NAMES_AT);
    }

    private int bits() {
        return (mandatory ? MANDATORY : 0) | (immediate ? IMMEDIATE : 0);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        Wire.writeReserved(out);
        Wire.writeShortString(out, exchange);
        Wire.writeShortString(out, routingKey);
        out.writeByte(bits());
    }

    @Override
    public boolean carriesContent() {
        return true;
    }
}
