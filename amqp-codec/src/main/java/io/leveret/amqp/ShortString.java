package io.leveret.amqp;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** AMQP's short string: one length octet, then at most 255 bytes of UTF-8. Never cuts what it writes. */
public final class ShortString {

    public static final int MAX_BYTES = 255;

    private static final String ELLIPSIS = "...";

    private ShortString() {}

    /** The short strings one after the other, ready to be copied into a frame. */
    public static byte[] encode(String... values) {
        byte[] encoded = new byte[0];
        for (String value : values) {
            byte[] bytes = checkedBytes(value);
            int at = encoded.length;
            encoded = Arrays.copyOf(encoded, at + 1 + bytes.length);
            encoded[at] = (byte) bytes.length;
            System.arraycopy(bytes, 0, encoded, at + 1, bytes.length);
        }
        return encoded;
    }

    public static void write(ByteBuf out, String value) {
        byte[] bytes = checkedBytes(value);
        out.writeByte(bytes.length);
        out.writeBytes(bytes);
    }

    /** Reads one that has to be UTF-8. */
    public static String read(ByteBuf in) {
        byte[] bytes = readBytes(in);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (OctetText.isReplaced(text, bytes)) {
            throw Malformed.text();
        }
        return text;
    }

    /**
     * Reads one that nobody promises to be UTF-8 and that only people look at: header names. Other octets are read as Latin-1, as
     * RabbitMQ prints them.
     */
    public static String readLenient(ByteBuf in) {
        return decodeLenient(readBytes(in));
    }

    /** Reads one that nobody promises to be UTF-8, so that it can be told from any other, and be written as it was. */
    public static String readOctets(ByteBuf in) {
        return OctetText.decode(readBytes(in));
    }

    static String decodeLenient(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        // Cut, because in UTF-8 it is longer than it was and may have to be written again.
        return OctetText.isReplaced(text, bytes) ? truncate(new String(bytes, StandardCharsets.ISO_8859_1)) : text;
    }

    private static byte[] readBytes(ByteBuf in) {
        byte[] bytes = new byte[in.readUnsignedByte()];
        in.readBytes(bytes);
        return bytes;
    }

    /** Cuts a text that a short string can't hold, at a character's boundary, and marks the cut as RabbitMQ does. */
    static String truncate(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_BYTES) {
            return text;
        }
        int end = MAX_BYTES - ELLIPSIS.length();
        while (isContinuation(bytes[end])) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8) + ELLIPSIS;
    }

    private static boolean isContinuation(byte octet) {
        return (octet & 0xC0) == 0x80;
    }

    private static byte[] checkedBytes(String value) {
        byte[] bytes = OctetText.encode(value);
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "short string of " + bytes.length + " bytes (expected: 0 to 255): " + truncate(value));
        }
        return bytes;
    }
}
