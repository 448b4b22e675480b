package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Destination;
import io.leveret.exchange.SeededHash;

/** A binding; all four parts together are its identity. */
public record Binding(Exchange source, Destination destination, String routingKey, FieldTable arguments) {

    /** Of what clients choose, since the ends are those of many. */
    @Override
    public int hashCode() {
        return SeededHash.of(routingKey, arguments);
    }
}
