package io.leveret.broker.vhost;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads what {@link CatalogBytes} wrote; what it can't read is an {@link IllegalArgumentException} that says why. */
final class CatalogReader {

    private final byte[] all;
    private final ByteBuffer in;

    CatalogReader(byte[] bytes) {
        this.all = bytes;
        this.in = ByteBuffer.wrap(bytes);
    }

    int octet() {
        require(1);
        return in.get() & 0xFF;
    }

    long number() {
        require(Long.BYTES);
        return in.getLong();
    }

    String text() {
        require(Integer.BYTES);
        int length = in.getInt();
        require(length);
        ByteBuffer encoded = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("text that is not UTF-8 at " + (in.position() - length), e);
        }
    }

    /** A text with nothing behind it. */
    String lastText() {
        String text = text();
        expectEnd();
        return text;
    }

    byte[] octets(long length) {
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException(length + " bytes wanted at " + in.position() + " of " + all.length);
        }
        require((int) length);
        byte[] octets = new byte[(int) length];
        in.get(octets);
        return octets;
    }

    byte[] rest() {
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return rest;
    }

    int flags(int known) {
        int flags = octet();
        if ((flags & ~known) != 0) {
            throw new IllegalArgumentException("flags " + flags + " (expected: none but " + known + ")");
        }
        return flags;
    }

    void expectVersion(int expected) {
        int version = octet();
        if (version != expected) {
            throw new IllegalArgumentException("version " + version + " (expected: " + expected + ")");
        }
    }

    void expectEnd() {
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes too many");
        }
    }

    private void require(int bytes) {
        if (bytes < 0 || bytes > in.remaining()) {
            throw new IllegalArgumentException(bytes + " bytes wanted at " + in.position() + " of " + all.length);
        }
    }

    /** The bytes as text, as far as they are. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("'");
        for (byte each : all) {
            if (each >= ' ' && each < 0x7F) {
                text.append((char) each);
            } else {
                text.append(String.format("\\x%02x", each & 0xFF));
            }
        }
        return text.append('\'').toString();
    }
}
