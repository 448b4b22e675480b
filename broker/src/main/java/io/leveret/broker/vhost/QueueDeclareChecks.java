package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.auth.Access;
import io.leveret.broker.auth.Permission;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueArgument;
import io.leveret.broker.queue.QueueDeclaration;
import io.leveret.broker.queue.QueueType;
import io.leveret.broker.settings.DeprecatedFeatures;
import org.jspecify.annotations.Nullable;

/** What a {@code queue.declare} must satisfy, in RabbitMQ's order. Changes nothing, so any thread may ask. */
final class QueueDeclareChecks {

    private final String vhost;
    private final DeprecatedFeatures features;

    QueueDeclareChecks(String vhost, DeprecatedFeatures features) {
        this.vhost = vhost;
        this.features = features;
    }

    /** @throws AmqpException precondition failed or resource locked, if the method does not describe the queue that is there */
    void requireEquivalent(Queue queue, QueueDeclare method) {
        QueueDeclaration current = queue.declaration();
        if (method.exclusive() != current.exclusive()) {
            throw QueueDeclarations.locked(queue);
        }
        Equivalence equivalence = new Equivalence(queue.describe());
        equivalence.requireSame("durable", isKept(method), current.durable());
        equivalence.requireSame("auto_delete", method.autoDelete(), current.autoDelete());
        FieldTable received = QueueArguments.withType(method.arguments());
        for (QueueArgument argument : current.type().arguments()) {
            equivalence.requireSameArgument(argument.wireName(), received, current.arguments());
        }
    }

    /**
     * Makes the declaration of a queue that is not there yet.
     *
     * @throws AmqpException if RabbitMQ would not declare it, or the user may not
     */
    QueueDeclaration declaration(String name, QueueDeclare method, Object owner, Access access) {
        FieldTable arguments = QueueArguments.withType(method.arguments());
        String subject = "queue '" + name + "' in vhost '" + vhost + "'";
        requireDeadLetterAccess(name, QueueArguments.deadLetterExchange(arguments, subject), access);
        QueueArguments.check(arguments, subject);
        if (QueueType.of(arguments) == QueueType.QUORUM) {
            requireLasting(method, subject);
        }
        requirePermitted(method);
        return new QueueDeclaration(
                name, vhost, isKept(method), method.autoDelete(), method.exclusive() ? owner : null, arguments);
    }

    /** What ends with its connection is not kept, whatever the flag says. */
    private static boolean isKept(QueueDeclare method) {
        return method.durable() && !method.exclusive();
    }

    private static void requireDeadLetterAccess(String queue, @Nullable String exchange, Access access) {
        if (exchange != null) {
            access.requireQueue(Permission.READ, queue);
            access.requireExchange(Permission.WRITE, exchange);
        }
    }

    static void requireLasting(QueueDeclare method, String subject) {
        if (method.autoDelete()) {
            throw invalidProperty("auto-delete", subject);
        }
        if (method.exclusive()) {
            throw invalidProperty("exclusive-owner", subject);
        }
        if (!method.durable()) {
            throw invalidProperty("non-durable", subject);
        }
    }

    private static AmqpException invalidProperty(String property, String subject) {
        return AmqpException.preconditionFailed("invalid property '" + property + "' for " + subject);
    }

    private void requirePermitted(QueueDeclare method) {
        if (!features.transientNonexclusiveQueues() && !method.durable() && !method.exclusive()) {
            throw AmqpException.internalError("Feature `transient_nonexcl_queues` is deprecated.\n"
                    + "Its use is not permitted per the configuration (overriding the default, which is permitted):\n"
                    + "    \"deprecated_features.permit.transient_nonexcl_queues = false\"");
        }
    }
}
