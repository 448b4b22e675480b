package io.leveret.amqp;

/** The name of a header, with its octets as they stand in messages. Immutable. */
public final class HeaderName {

    private final String text;
    private final byte[] octets;

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
    public String toString() {
        return text;
    }
}
