package io.leveret.broker.message;

import io.leveret.amqp.OctetText;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of what was written to the disk: their address as on the wire and their encoded properties are the head.
 * Messages that come one after the other with the same address share it.
 * Belongs to one thread.
 */
public final class MessageReader {

    private @Nullable Address last;

    public Message read(byte[] head, byte[] body) {
        Address address = address(head);
        byte[] properties = Arrays.copyOfRange(head, address.encoded().length, head.length);
        return MessageWriter.read(address, properties, body);
    }

    private Address address(byte[] head) {
        Address known = last;
        if (known != null && startsWith(head, known.encoded())) {
            return known;
        }
        int keyAt = end(head, 0);
        int end = end(head, keyAt);
        if (end > head.length) {
            throw new IllegalArgumentException(
                    "message head of " + head.length + " bytes, but its address takes " + end);
        }
        Address read = new Address(text(head, 0, keyAt), text(head, keyAt, end));
        last = read;
        return read;
    }

    /** A head begins with two short strings, so what begins with the octets of an address has that address. */
    private static boolean startsWith(byte[] head, byte[] address) {
        return head.length >= address.length && Arrays.equals(head, 0, address.length, address, 0, address.length);
    }

    private static int end(byte[] head, int at) {
        if (at >= head.length) {
            throw new IllegalArgumentException("message head of " + head.length + " bytes without an address");
        }
        return at + 1 + (head[at] & 0xFF);
    }

    private static String text(byte[] head, int from, int end) {
        return OctetText.decode(Arrays.copyOfRange(head, from + 1, end));
    }
}
