package io.leveret.exchange;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import org.jspecify.annotations.Nullable;

/**
 * What of a message a consistent hash exchange goes by, immutable: a header, a property, or without either the routing key.
 * Messages that lack it have one hash, so all of them go to one destination, as in RabbitMQ.
 */
record HashSource(@Nullable String header, @Nullable Property property) {

    private static final String HASH_HEADER = "hash-header";
    private static final String HASH_PROPERTY = "hash-property";
    private static final long ABSENT = 0;

    /** The values of {@code hash-property}. */
    private enum Property {
        CORRELATION_ID("correlation_id") {
            @Override
            @Nullable
            String of(BasicProperties properties) {
                return properties.correlationId();
            }
        },
        MESSAGE_ID("message_id") {
            @Override
            @Nullable
            String of(BasicProperties properties) {
                return properties.messageId();
            }
        },
        TIMESTAMP("timestamp") {
            @Override
            @Nullable
            String of(BasicProperties properties) {
                return properties.hasTimestamp() ? Long.toString(properties.timestamp()) : null;
            }
        };

        private final String wireName;

        Property(String wireName) {
            this.wireName = wireName;
        }

        abstract @Nullable String of(BasicProperties properties);

        static Property named(String name) {
            for (Property property : values()) {
                if (property.wireName.equals(name)) {
                    return property;
                }
            }
            throw AmqpException.preconditionFailed("Unsupported property: " + name);
        }
    }

    /**
     * Reads the arguments of an exchange; refuses wrong ones with RabbitMQ's reply, and those that make RabbitMQ close the
     * connection with an internal error as well.
     */
    static HashSource of(FieldTable arguments) {
        String header = text(arguments, HASH_HEADER);
        String property = text(arguments, HASH_PROPERTY);
        if (header != null && property != null) {
            throw AmqpException.preconditionFailed("hash-header and hash-property are mutually exclusive");
        }
        return new HashSource(header, property == null ? null : Property.named(property));
    }

    private static @Nullable String text(FieldTable arguments, String name) {
        FieldValue value = arguments.get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof FieldValue.LongString text)) {
            throw AmqpException.preconditionFailed("invalid type '" + value.typeName() + "' for arg '" + name + "'");
        }
        return text.asString();
    }

    boolean isRoutingKey() {
        return header == null && property == null;
    }

    long hash(Routable message) {
        if (header != null) {
            FieldValue value = message.headers().get(header);
            return value == null ? ABSENT : StableHash.of(value);
        }
        String text = property == null ? message.routingKey() : property.of(message.properties());
        return text == null ? ABSENT : StableHash.of(text);
    }
}
