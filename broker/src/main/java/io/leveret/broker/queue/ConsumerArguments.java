package io.leveret.broker.queue;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.Set;

/**
 * The {@code x-} arguments of {@code basic.consume}: what each may be, and RabbitMQ's words when it isn't. What it does not
 * know it ignores.
 */
public final class ConsumerArguments {

    private static final String PRIORITY = "x-priority";
    /** On a classic queue it is our extension, like the queue's argument of that name. */
    private static final String TIMEOUT = "x-consumer-timeout";

    private static final Set<String> OF_STREAMS =
            Set.of("x-stream-offset", "x-stream-filter", "x-stream-match-unfiltered");

    private ConsumerArguments() {}

    /**
     * Checks the arguments of a consumer of {@code queue}.
     *
     * @throws AmqpException precondition failed, naming the argument and what is wrong with it
     */
    public static void check(Queue queue, FieldTable arguments) {
        ArgumentRule.INTEGER.check(PRIORITY, arguments, queue.describe());
        ArgumentRule.NOT_NEGATIVE.check(TIMEOUT, arguments, queue.describe());
        for (String argument : arguments.entries().keySet()) {
            if (OF_STREAMS.contains(argument)) {
                throw AmqpException.preconditionFailed("invalid arg '" + argument + "' for " + queue.describe()
                        + " of queue type " + queue.declaration().type().moduleName());
            }
        }
    }

    /** How long a delivery may wait for its acknowledgement, in milliseconds; -1 if checked arguments do not say. */
    static long timeoutMs(FieldTable arguments) {
        FieldValue value = arguments.get(TIMEOUT);
        return value == null ? -1 : value.longValue();
    }

    /** The priority that checked arguments ask for: 0 unless they say otherwise, the larger the sooner. */
    public static long priority(FieldTable arguments) {
        FieldValue value = arguments.get(PRIORITY);
        return value == null ? 0 : value.longValue();
    }
}
