package io.leveret.broker.message;

import io.leveret.amqp.BasicProperties;

/** A published message; immutable, in plain heap arrays, shared by all the queues that it was routed to. */
public final class Message {

    private final Address address;
    private final BasicProperties properties;
    private final byte[] body;

    public Message(Address address, BasicProperties properties, byte[] body) {
        this.address = address;
        this.properties = properties;
        this.body = body;
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

    /** How many octets it takes: address, properties and body. */
    public int bytes() {
        return address.encoded().length + properties.encoded().length + body.length;
    }
}
