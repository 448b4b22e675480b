package io.leveret.broker.vhost;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes a key or a value of the catalog. */
final class CatalogBytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    CatalogBytes octet(int value) {
        out.write(value);
        return this;
    }

    CatalogBytes number(long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
        return this;
    }

    /** A text with its length before it. A name has at most 255 octets, but nothing here depends on it. */
    CatalogBytes text(String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(encoded.length).array());
        out.writeBytes(encoded);
        return this;
    }

    /** What reaches to the end. */
    CatalogBytes rest(byte[] value) {
        out.writeBytes(value);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
