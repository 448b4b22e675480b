package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.broker.message.Destination;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueType;

/** What may be bound to an {@code x-local-random} exchange: classic queues, with an empty key. */
final class LocalRandom {

    private LocalRandom() {}

    /** @throws AmqpException precondition failed, with RabbitMQ's text */
    static void check(Destination destination, String routingKey) {
        if (!routingKey.isEmpty()) {
            throw AmqpException.preconditionFailed("Non empty binding '" + routingKey + "' key not permitted");
        }
        if (!(destination instanceof Queue queue)) {
            throw AmqpException.preconditionFailed("Destination not found");
        }
        QueueType type = queue.declaration().type();
        if (type != QueueType.CLASSIC) {
            throw AmqpException.preconditionFailed(
                    "Queue type " + type.moduleName() + " not valid for this exchange type");
        }
    }
}
