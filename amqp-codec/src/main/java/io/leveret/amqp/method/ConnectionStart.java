package io.leveret.amqp.method;

import io.leveret.amqp.FieldTable;
import io.netty.buffer.ByteBuf;

/** {@code connection.start} (10, 10): what the server is and which SASL mechanisms it offers; opens the handshake. */
public record ConnectionStart(
        int versionMajor, int versionMinor, FieldTable serverProperties, String mechanisms, String locales)
        implements ConnectionMethod {

    public static final int ID = (CLASS_ID << 16) | 10;

    static ConnectionStart read(ByteBuf in) {
        int versionMajor = in.readUnsignedByte();
        int versionMinor = in.readUnsignedByte();
        FieldTable serverProperties = Wire.readTable(in);
        String mechanisms = Wire.readLongText(in);
        String locales = Wire.readLongText(in);
        return new ConnectionStart(versionMajor, versionMinor, serverProperties, mechanisms, locales);
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        out.writeByte(versionMajor);
        out.writeByte(versionMinor);
        serverProperties.write(out);
        Wire.writeLongText(out, mechanisms);
        Wire.writeLongText(out, locales);
    }
}
