package io.leveret.broker.message;

import io.leveret.amqp.ShortString;

/**
 * Where a message was published to: exchange and routing key, with the bytes in which {@code basic.deliver},
 * {@code basic.get-ok} and {@code basic.return} carry them. Immutable; shared by all messages of one route.
 */
public final class Address {

    private final String exchange;
    private final String routingKey;
    private final byte[] encoded;

    public Address(String exchange, String routingKey) {
        this.exchange = exchange;
        this.routingKey = routingKey;
        this.encoded = ShortString.encode(exchange, routingKey);
    }

    public String exchange() {
        return exchange;
    }

    public String routingKey() {
        return routingKey;
    }

    /** Both names as short strings, one after the other. Not to be changed. */
    public byte[] encoded() {
        return encoded;
    }
}
