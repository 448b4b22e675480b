package io.leveret.broker.queue;

import io.leveret.amqp.FieldTable;
import org.jspecify.annotations.Nullable;

/**
 * What a queue was declared with.
 *
 * @param owner the connection which an exclusive queue belongs to, compared by identity; null if the queue is not exclusive
 */
public record QueueDeclaration(
        String name,
        String vhost,
        boolean durable,
        boolean autoDelete,
        @Nullable Object owner,
        FieldTable arguments) {

    public boolean exclusive() {
        return owner != null;
    }

    /** Which priorities the queue tells apart. */
    public Priorities priorities() {
        return Priorities.of(this);
    }

    public QueueType type() {
        return QueueType.of(arguments);
    }
}
