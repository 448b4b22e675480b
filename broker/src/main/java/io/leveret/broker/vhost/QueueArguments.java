package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.queue.QueueArgument;
import io.leveret.broker.queue.QueueType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The {@code x-} arguments of one {@code queue.declare}, checked all together in RabbitMQ's order. */
final class QueueArguments {

    private static final String QUEUE_TYPE = QueueArgument.QUEUE_TYPE.wireName();
    private static final String DEAD_LETTER_EXCHANGE = QueueArgument.DEAD_LETTER_EXCHANGE.wireName();

    /** What exported definitions and some tools say for "the default one". */
    private static final Set<FieldValue> NO_TYPE = Set.of(FieldValue.of(""), FieldValue.of("undefined"));

    private QueueArguments() {}

    /** The arguments with the queue's type among them, as they are kept and compared. */
    static FieldTable withType(FieldTable received) {
        return withType(received, QueueType.CLASSIC.wireName());
    }

    /** @param otherwise the type of a queue that asks for none */
    static FieldTable withType(FieldTable received, String otherwise) {
        FieldValue type = received.get(QUEUE_TYPE);
        if (type != null && !NO_TYPE.contains(type)) {
            return received;
        }
        return FieldTable.builder().putAll(received).put(QUEUE_TYPE, otherwise).build();
    }

    /**
     * Reads {@code x-dead-letter-exchange}, which RabbitMQ does before it checks anything else.
     *
     * @throws AmqpException precondition failed, if it is no string
     */
    static @Nullable String deadLetterExchange(FieldTable arguments, String subject) {
        return Names.inArgument(DEAD_LETTER_EXCHANGE, arguments, subject);
    }

    /**
     * Checks the values first, then whether the type knows the arguments.
     *
     * @param subject {@code queue 'Q' in vhost 'V'}
     * @throws AmqpException precondition failed, naming the argument and what is wrong with it
     */
    static void check(FieldTable arguments, String subject) {
        QueueArgument.QUEUE_TYPE.check(arguments, subject);
        QueueType type = QueueType.of(arguments);
        for (QueueArgument argument : QueueArgument.values()) {
            if (type.arguments().contains(argument)) {
                argument.check(arguments, subject);
            }
        }
        for (String name : arguments.entries().keySet()) {
            QueueArgument argument = QueueArgument.byName(name);
            if (argument != null && !type.arguments().contains(argument)) {
                throw AmqpException.preconditionFailed(
                        "invalid arg '" + name + "' for " + subject + " of queue type " + type.moduleName());
            }
        }
    }

    /**
     * Checks that the broker may choose the queue's name.
     *
     * @throws AmqpException precondition failed, if the type does not allow it
     */
    static void requireServerNaming(FieldTable arguments) {
        if (!(arguments.get(QUEUE_TYPE) instanceof FieldValue.LongString name)) {
            return;
        }
        QueueType type = QueueType.byName(name.asString());
        if (type == null) {
            throw AmqpException.preconditionFailed("unknown queue type '" + name.asString() + "'");
        }
        if (type != QueueType.CLASSIC) {
            throw AmqpException.preconditionFailed("Cannot declare a server-named queue for type " + type.moduleName());
        }
    }
}
