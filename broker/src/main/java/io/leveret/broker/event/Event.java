package io.leveret.broker.event;

import io.leveret.amqp.FieldTable;

/**
 * Something that happened. Immutable.
 *
 * @param key what it is, such as {@code queue.created}
 * @param headers all that there is to tell, in the names and types of RabbitMQ's event exchange
 * @param timeMs when, in milliseconds since 1970
 */
public record Event(String key, FieldTable headers, long timeMs) {}
