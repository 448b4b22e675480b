package io.leveret.amqp;

import org.jspecify.annotations.Nullable;

/** The name of a header, with its octets as they stand in messages. Immutable; equal to one of the same text. */
public final class HeaderName {

    private final String text;
    private final byte[] octets;

    /** @param text any; one of more than 255 octets in UTF-8 is the name of no header */
    public HeaderName(String text) {
        this.text = text;
        this.octets = BasicProperties.octets(text);
    }

    String text() {
        return text;
    }

    byte[] octets() {
        return octets;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HeaderName name && name.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
