package io.leveret.amqp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Text whose octets need not be UTF-8, as the exchange and routing key of a publish, which RabbitMQ takes as they are. An octet
 * that is not part of a character stands as a lone surrogate, U+DC80 to U+DCFF, which no UTF-8 gives: so texts are equal only
 * if their octets are, and {@link #encode} gives back the very octets.
 */
public final class OctetText {

    private static final int ESCAPED = 0xDC00;

    private OctetText() {}

    public static String decode(byte... octets) {
        String text = new String(octets, StandardCharsets.UTF_8);
        return isReplaced(text, octets) ? escaped(octets) : text;
    }

    /** Whether decoding had to put a replacement character for octets that are not UTF-8; one that was sent is no fault. */
    static boolean isReplaced(String text, byte[] octets) {
        return text.indexOf('\uFFFD') >= 0 && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), octets);
    }

    private static String escaped(byte[] octets) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(octets);
        CharBuffer out = CharBuffer.allocate(octets.length);
        while (decoder.decode(in, out, true).isError()) {
            out.put((char) (ESCAPED | (in.get() & 0xFF)));
        }
        return out.flip().toString();
    }

    public static byte[] encode(String text) {
        return hasEscaped(text) ? unescaped(text) : text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] unescaped(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text.codePoints().forEach(point -> {
            if (isEscaped(point)) {
                out.write(point);
            } else {
                out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
        });
        return out.toByteArray();
    }

    /** For texts that people read, as RabbitMQ prints it: octets that are no UTF-8 are taken for Latin-1. */
    static String printable(String text) {
        if (!hasEscaped(text)) {
            return text;
        }
        StringBuilder printable = new StringBuilder();
        text.codePoints().forEach(point -> printable.appendCodePoint(isEscaped(point) ? point & 0xFF : point));
        return printable.toString();
    }

    private static boolean hasEscaped(String text) {
        for (int i = 0; i < text.length(); i++) {
            // Those of pairs as well, but few texts have any.
            if (isEscaped(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEscaped(int point) {
        return point >= ESCAPED + 0x80 && point <= ESCAPED + 0xFF;
    }
}
