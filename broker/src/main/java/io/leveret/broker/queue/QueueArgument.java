package io.leveret.broker.queue;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.ErlangTerm;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The {@code x-} arguments of a queue, in the order in which RabbitMQ 4.3 checks them: what the value of each may be, and
 * its words when it isn't. Which queue types know an argument stands in {@link QueueType}.
 */
public enum QueueArgument {
    QUEUE_TYPE("x-queue-type", QueueArgument::queueTypeProblem),
    EXPIRES("x-expires", ArgumentRule.integer(1, QueueArgument.LONGEST_MS, "value_too_large")),
    MESSAGE_TTL("x-message-ttl", ArgumentRule.integer(0, QueueArgument.LONGEST_MS, "value_too_large")),
    /** Its type is checked earlier than all others, where it is read as the name of an exchange. */
    DEAD_LETTER_EXCHANGE("x-dead-letter-exchange", ArgumentRule.ANYTHING),
    DEAD_LETTER_ROUTING_KEY("x-dead-letter-routing-key", QueueArgument::routingKeyProblem),
    DEAD_LETTER_STRATEGY(
            "x-dead-letter-strategy", ArgumentRule.oneOf("invalid_dlx_strategy", "at-most-once", "at-least-once")),
    MAX_LENGTH("x-max-length", ArgumentRule.NOT_NEGATIVE),
    MAX_LENGTH_BYTES("x-max-length-bytes", ArgumentRule.NOT_NEGATIVE),
    MAX_IN_MEMORY_LENGTH("x-max-in-memory-length", ArgumentRule.NOT_NEGATIVE),
    MAX_IN_MEMORY_BYTES("x-max-in-memory-bytes", ArgumentRule.NOT_NEGATIVE),
    MAX_PRIORITY("x-max-priority", ArgumentRule.integer(0, 255, "max_value_exceeded")),
    OVERFLOW("x-overflow", ArgumentRule.oneOf("invalid_overflow", "drop-head", "reject-publish", "reject-publish-dlx")),
    /** Lazy queues are no more: RabbitMQ ignores it. */
    QUEUE_MODE("x-queue-mode", ArgumentRule.ANYTHING),
    /** RabbitMQ 4.3 refuses version 1, which applications made for 3.13 still ask for. */
    QUEUE_VERSION("x-queue-version", ArgumentRule.NOT_NEGATIVE.and(QueueArgument::versionProblem)),
    SINGLE_ACTIVE_CONSUMER("x-single-active-consumer", ArgumentRule.BOOLEAN),
    CONSUMER_TIMEOUT("x-consumer-timeout", ArgumentRule.NOT_NEGATIVE),
    /** How long a consumer's node may be cut off from the others of its cluster: without them it never is. */
    CONSUMER_DISCONNECTED_TIMEOUT("x-consumer-disconnected-timeout", ArgumentRule.NOT_NEGATIVE),
    QUORUM_INITIAL_GROUP_SIZE("x-quorum-initial-group-size", ArgumentRule.integer(1, Long.MAX_VALUE, "")),
    QUEUE_LEADER_LOCATOR(
            "x-queue-leader-locator",
            ArgumentRule.oneOf(
                    "invalid_queue_locator_arg", "client-local", "balanced", "random", "least-leaders", "min-masters")),
    /** RabbitMQ 4.3 closes the connection for it; until 4.1 it was looked at in clusters only. */
    QUEUE_MASTER_LOCATOR("x-queue-master-locator", ArgumentRule.ANYTHING),
    // RabbitMQ checks none of these four: what it can't use counts as not given.
    DELIVERY_LIMIT("x-delivery-limit", ArgumentRule.ANYTHING),
    DELAYED_RETRY_TYPE("x-delayed-retry-type", ArgumentRule.ANYTHING),
    DELAYED_RETRY_MIN("x-delayed-retry-min", ArgumentRule.ANYTHING),
    DELAYED_RETRY_MAX("x-delayed-retry-max", ArgumentRule.ANYTHING),
    // Of no RabbitMQ, but of a plugin of it, and of LavinMQ.
    MESSAGE_DEDUPLICATION(Deduplication.ENABLED, ArgumentRule.BOOLEAN),
    DEDUPLICATION_HEADER(Deduplication.HEADER, Deduplication.HEADER_RULE),
    CACHE_SIZE(Deduplication.CACHE_SIZE, Deduplication.SIZE_RULE),
    CACHE_TTL(Deduplication.CACHE_TTL, Deduplication.TTL_RULE),
    CACHE_PERSISTENCE(Deduplication.CACHE_PERSISTENCE, Deduplication.PERSISTENCE_RULE),
    // Of streams alone; known, so that another type does not ignore them.
    MAX_AGE("x-max-age", ArgumentRule.ANYTHING),
    STREAM_MAX_SEGMENT_SIZE_BYTES("x-stream-max-segment-size-bytes", ArgumentRule.ANYTHING),
    STREAM_FILTER_SIZE_BYTES("x-stream-filter-size-bytes", ArgumentRule.ANYTHING),
    INITIAL_CLUSTER_SIZE("x-initial-cluster-size", ArgumentRule.ANYTHING),
    /** Ours: see {@link GroupBy}. */
    GROUP_BY("x-group-by", GroupBy::problem);

    /** Ten years, RabbitMQ's bound on every time to live. */
    public static final long LONGEST_MS = 315_360_000_000L;

    private static final int LAST_VERSION = 2;

    private static final Map<String, QueueArgument> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(QueueArgument::wireName, Function.identity()));

    private final String wireName;
    private final ArgumentRule rule;

    QueueArgument(String wireName, ArgumentRule rule) {
        this.wireName = wireName;
        this.rule = rule;
    }

    /** The argument with that name in {@code queue.declare}; null if RabbitMQ knows none, and so ignores it. */
    public static @Nullable QueueArgument byName(String wireName) {
        return BY_NAME.get(wireName);
    }

    public String wireName() {
        return wireName;
    }

    /** What its value may be. */
    public ArgumentRule rule() {
        return rule;
    }

    public @Nullable FieldValue in(FieldTable arguments) {
        return arguments.get(wireName);
    }

    /**
     * Checks the argument, if it is there.
     *
     * @param subject whose argument it is: {@code queue 'Q' in vhost 'V'}
     * @throws AmqpException precondition failed, naming the argument and what is wrong with it
     */
    public void check(FieldTable arguments, String subject) {
        rule.check(wireName, arguments, subject);
    }

    private static @Nullable String queueTypeProblem(FieldValue value, FieldTable arguments) {
        if (!(value instanceof FieldValue.LongString name)) {
            return ArgumentRule.unacceptable(value);
        }
        boolean known = QueueType.byName(name.asString()) != null;
        return known ? null : ErlangTerm.string("unsupported queue type '" + name.asString() + "'");
    }

    private static @Nullable String routingKeyProblem(FieldValue value, FieldTable arguments) {
        if (!(value instanceof FieldValue.LongString)) {
            return ArgumentRule.unacceptable(value);
        }
        return DEAD_LETTER_EXCHANGE.in(arguments) == null ? "routing_key_but_no_dlx_defined" : null;
    }

    private static @Nullable String versionProblem(FieldValue value, FieldTable arguments) {
        long version = value.longValue();
        boolean known = version >= 1 && version <= LAST_VERSION;
        return known ? null : ErlangTerm.string("unsupported queue version '" + version + "'");
    }
}
