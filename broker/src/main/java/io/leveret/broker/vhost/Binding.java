package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Destination;

/** A binding; all four parts together are its identity. */
public record Binding(Exchange source, Destination destination, String routingKey, FieldTable arguments) {}
