package io.leveret.broker.queue;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The types of queues, each with the arguments that it knows, in the order in which RabbitMQ 4.3 compares them with those
 * of a redeclaration.
 */
public enum QueueType {
    CLASSIC(
            "classic",
            "rabbit_classic_queue",
            List.of(
                    QueueArgument.EXPIRES,
                    QueueArgument.MESSAGE_TTL,
                    QueueArgument.DEAD_LETTER_EXCHANGE,
                    QueueArgument.DEAD_LETTER_ROUTING_KEY,
                    QueueArgument.MAX_LENGTH,
                    QueueArgument.MAX_LENGTH_BYTES,
                    QueueArgument.MAX_PRIORITY,
                    QueueArgument.OVERFLOW,
                    QueueArgument.QUEUE_MODE,
                    QueueArgument.QUEUE_VERSION,
                    QueueArgument.SINGLE_ACTIVE_CONSUMER,
                    QueueArgument.QUEUE_TYPE,
                    QueueArgument.QUEUE_MASTER_LOCATOR,
                    QueueArgument.QUEUE_LEADER_LOCATOR),
            // Ours: RabbitMQ has them on quorum queues only.
            List.of(
                    QueueArgument.DELIVERY_LIMIT,
                    QueueArgument.CONSUMER_TIMEOUT,
                    QueueArgument.DELAYED_RETRY_TYPE,
                    QueueArgument.DELAYED_RETRY_MIN,
                    QueueArgument.DELAYED_RETRY_MAX,
                    QueueArgument.GROUP_BY,
                    QueueArgument.MESSAGE_DEDUPLICATION,
                    QueueArgument.DEDUPLICATION_HEADER,
                    QueueArgument.CACHE_SIZE,
                    QueueArgument.CACHE_TTL,
                    QueueArgument.CACHE_PERSISTENCE)),
    QUORUM(
            "quorum",
            "rabbit_quorum_queue",
            List.of(
                    QueueArgument.DEAD_LETTER_EXCHANGE,
                    QueueArgument.DEAD_LETTER_ROUTING_KEY,
                    QueueArgument.DEAD_LETTER_STRATEGY,
                    QueueArgument.EXPIRES,
                    QueueArgument.MAX_LENGTH,
                    QueueArgument.MAX_LENGTH_BYTES,
                    QueueArgument.MAX_IN_MEMORY_LENGTH,
                    QueueArgument.MAX_IN_MEMORY_BYTES,
                    QueueArgument.OVERFLOW,
                    QueueArgument.SINGLE_ACTIVE_CONSUMER,
                    QueueArgument.QUEUE_TYPE,
                    QueueArgument.QUORUM_INITIAL_GROUP_SIZE,
                    QueueArgument.DELIVERY_LIMIT,
                    QueueArgument.MESSAGE_TTL,
                    QueueArgument.QUEUE_LEADER_LOCATOR,
                    QueueArgument.CONSUMER_DISCONNECTED_TIMEOUT,
                    QueueArgument.CONSUMER_TIMEOUT,
                    QueueArgument.DELAYED_RETRY_TYPE,
                    QueueArgument.DELAYED_RETRY_MIN,
                    QueueArgument.DELAYED_RETRY_MAX),
            // Ours.
            List.of(
                    QueueArgument.GROUP_BY,
                    QueueArgument.MESSAGE_DEDUPLICATION,
                    QueueArgument.DEDUPLICATION_HEADER,
                    QueueArgument.CACHE_SIZE,
                    QueueArgument.CACHE_TTL,
                    QueueArgument.CACHE_PERSISTENCE));

    private final String wireName;
    private final String moduleName;

    @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody can change
    private final List<QueueArgument> arguments;

    QueueType(String wireName, String moduleName, List<QueueArgument> arguments, List<QueueArgument> extensions) {
        this.wireName = wireName;
        this.moduleName = moduleName;
        List<QueueArgument> all = new ArrayList<>(arguments);
        all.addAll(extensions);
        this.arguments = List.copyOf(all);
    }

    /** The type with that name in {@code x-queue-type}; null if there is none. */
    public static @Nullable QueueType byName(String wireName) {
        return switch (wireName) {
            case "classic" -> CLASSIC;
            case "quorum" -> QUORUM;
            default -> null;
        };
    }

    /** The type that checked arguments ask for. */
    public static QueueType of(FieldTable arguments) {
        QueueType type = QueueArgument.QUEUE_TYPE.in(arguments) instanceof FieldValue.LongString name
                ? byName(name.asString())
                : null;
        return type == null ? CLASSIC : type;
    }

    public String wireName() {
        return wireName;
    }

    /** What RabbitMQ calls the type in reply texts. */
    public String moduleName() {
        return moduleName;
    }

    /** The arguments that the type knows; it refuses those that only another one knows. */
    public List<QueueArgument> arguments() {
        return arguments;
    }
}
