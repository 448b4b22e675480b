package io.leveret.interop.crash;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;

/** A message's bytes: its key, a checksum over everything, and filler that differs from message to message. */
final class Body {

    static final int MIN_BYTES = 2 + 4 + 4;
    private static final int CHECKSUM_AT = 6;

    private Body() {}

    static byte[] of(MessageKey key, int bytes) {
        byte[] body = new byte[bytes];
        new Random(key.hashCode()).nextBytes(body);
        ByteBuffer.wrap(body).putShort((short) key.publisher()).putInt(key.number());
        ByteBuffer.wrap(body).putInt(CHECKSUM_AT, checksum(body));
        return body;
    }

    /** @throws GarbledException if not every byte is as it was published */
    static MessageKey read(byte[] body) throws GarbledException {
        if (body.length < MIN_BYTES) {
            throw new GarbledException("a body of " + body.length + " bytes (expected: at least " + MIN_BYTES + ")");
        }
        ByteBuffer in = ByteBuffer.wrap(body);
        MessageKey key = new MessageKey(in.getShort() & 0xFFFF, in.getInt());
        int expected = checksum(body);
        if (in.getInt() != expected) {
            throw new GarbledException("a body of " + body.length + " bytes that says it is " + key
                    + ", with a checksum that does not fit");
        }
        return key;
    }

    private static int checksum(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body, 0, CHECKSUM_AT);
        crc.update(body, MIN_BYTES, body.length - MIN_BYTES);
        return (int) crc.getValue();
    }

    /** A message that is not what any client published. */
    static final class GarbledException extends Exception {

        GarbledException(String what) {
            super(what);
        }
    }
}
