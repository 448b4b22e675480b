package io.leveret.broker.message;

import io.leveret.amqp.BasicProperties;

/** A published message; immutable, in plain heap arrays, shared by all the queues that it was routed to. */
public final class Message {

    private final Address address;
    private final BasicProperties properties;
    private final byte[] body;
    private final Past past;

    /** What happened to a message before it came to the queues that it is in now. */
    public enum Past {
        /** A client published it. */
        NONE,
        /** It was dead-lettered, and its headers tell of its deaths in queues, as the broker wrote them. */
        DEAD_LETTERED,
        /** Likewise, and a client may have seen it. */
        DELIVERED
    }

    public Message(Address address, BasicProperties properties, byte[] body) {
        this(address, properties, body, Past.NONE);
    }

    public Message(Address address, BasicProperties properties, byte[] body, Past past) {
        this.address = address;
        this.properties = properties;
        this.body = body;
        this.past = past;
    }

    /** The same message with other properties. */
    public Message with(BasicProperties other) {
        return new Message(address, other, body, past);
    }

    public Address address() {
        return address;
    }

    public BasicProperties properties() {
        return properties;
    }

    /** The body itself, not a copy. Not to be changed. */
    public byte[] body() {
        return body;
    }

    public Past past() {
        return past;
    }

    /** How many octets it takes: address, properties and body. */
    public int bytes() {
        return address.encoded().length + properties.encoded().length + body.length;
    }
}
