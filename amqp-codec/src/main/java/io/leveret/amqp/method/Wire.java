package io.leveret.amqp.method;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.ShortString;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The types that method arguments are made of, as RabbitMQ reads them. Allocates nothing for a length that has not been found to be
 * there; what is not there is an {@link IndexOutOfBoundsException}.
 */
final class Wire {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Wire() {}

    /** Whether these octets stand there, which they have room for; eight at a time, since every publish asks. */
    static boolean equal(byte[] octets, ByteBuf in, int at) {
        int i = 0;
        for (; i <= octets.length - Long.BYTES; i += Long.BYTES) {
            if ((long) LONG.get(octets, i) != in.getLong(at + i)) {
                return false;
            }
        }
        for (; i < octets.length; i++) {
            if (octets[i] != in.getByte(at + i)) {
                return false;
            }
        }
        return true;
    }

    static String readShortString(ByteBuf in) {
        return ShortString.read(in);
    }

    static String readOctetsShortString(ByteBuf in) {
        return ShortString.readOctets(in);
    }

    static void writeShortString(ByteBuf out, String value) {
        ShortString.write(out, value);
    }

    static byte[] readLongBytes(ByteBuf in) {
        byte[] bytes = new byte[readLength(in)];
        in.readBytes(bytes);
        return bytes;
    }

    static void writeLongBytes(ByteBuf out, byte[] bytes) {
        out.writeInt(bytes.length);
        out.writeBytes(bytes);
    }

    static String readLongText(ByteBuf in) {
        return new String(readLongBytes(in), StandardCharsets.UTF_8);
    }

    static void writeLongText(ByteBuf out, String value) {
        writeLongBytes(out, value.getBytes(StandardCharsets.UTF_8));
    }

    static FieldTable readTable(ByteBuf in) {
        return FieldTable.readBody(in, readLength(in));
    }

    static boolean readBit(ByteBuf in) {
        return (in.readByte() & 1) != 0;
    }

    static void skipReserved(ByteBuf in) {
        in.skipBytes(Short.BYTES);
    }

    static void writeReserved(ByteBuf out) {
        out.writeShort(0);
    }

    static void skipReservedString(ByteBuf in) {
        ShortString.read(in);
    }

    static void writeReservedString(ByteBuf out) {
        out.writeByte(0);
    }

    static void skipReservedLongString(ByteBuf in) {
        in.skipBytes(readLength(in));
    }

    static void writeReservedLongString(ByteBuf out) {
        out.writeInt(0);
    }

    private static int readLength(ByteBuf in) {
        long length = in.readUnsignedInt();
        if (length > in.readableBytes()) {
            throw new IndexOutOfBoundsException("length " + length + " (expected: 0 to " + in.readableBytes() + ")");
        }
        return (int) length;
    }
}
