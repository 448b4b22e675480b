package io.leveret.broker.policy;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.queue.ArgumentRule;
import io.leveret.broker.queue.QueueArgument;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a policy may set: what its value may be, which queue types make a policy with it pass them by, and what holds where
 * others say something else. Where RabbitMQ asks the same of a policy and of an argument, the rule is the argument's.
 */
public enum PolicyKey {
    ALTERNATE_EXCHANGE("alternate-exchange", ArgumentRule.TEXT, "alternate exchange name", Merge.SECOND),
    CONSUMER_DISCONNECTED_TIMEOUT(
            "consumer-disconnected-timeout",
            QueueArgument.CONSUMER_DISCONNECTED_TIMEOUT.rule(),
            "consumer disconnected timeout",
            Merge.MIN),
    CONSUMER_TIMEOUT("consumer-timeout", QueueArgument.CONSUMER_TIMEOUT.rule(), "consumer timeout", Merge.MIN),
    DEAD_LETTER_EXCHANGE("dead-letter-exchange", ArgumentRule.TEXT, "dead letter exchange name", Merge.SECOND),
    /** An argument needs a dead-letter exchange beside it; a policy does not, since the exchange may be an argument. */
    DEAD_LETTER_ROUTING_KEY("dead-letter-routing-key", ArgumentRule.TEXT, "dead letter routing key", Merge.SECOND),
    DEAD_LETTER_STRATEGY(
            "dead-letter-strategy",
            QueueArgument.DEAD_LETTER_STRATEGY.rule(),
            "dead letter strategy",
            Merge.SECOND,
            PolicyTarget.CLASSIC_QUEUE),
    /** As an argument it is at most ten years; so it is here in effect, see {@link EffectivePolicy#over}. */
    MESSAGE_TTL("message-ttl", ArgumentRule.NOT_NEGATIVE, "message TTL", Merge.MIN),
    EXPIRES("expires", ArgumentRule.POSITIVE, "queue expiry", Merge.MIN),
    MAX_LENGTH("max-length", QueueArgument.MAX_LENGTH.rule(), "maximum length", Merge.MIN),
    MAX_LENGTH_BYTES("max-length-bytes", QueueArgument.MAX_LENGTH_BYTES.rule(), "maximum length in bytes", Merge.MIN),
    /** RabbitMQ's words for it are those of the next one. */
    MAX_IN_MEMORY_LENGTH(
            "max-in-memory-length",
            QueueArgument.MAX_IN_MEMORY_LENGTH.rule(),
            "maximum memory in bytes",
            Merge.MIN,
            PolicyTarget.CLASSIC_QUEUE),
    MAX_IN_MEMORY_BYTES(
            "max-in-memory-bytes",
            QueueArgument.MAX_IN_MEMORY_BYTES.rule(),
            "maximum memory in bytes",
            Merge.MIN,
            PolicyTarget.CLASSIC_QUEUE),
    /** Without effect, as the argument. */
    QUEUE_MODE(
            "queue-mode",
            ArgumentRule.oneOf("", "default", "lazy"),
            "queue-mode value",
            Merge.SECOND,
            PolicyTarget.QUORUM_QUEUE),
    QUEUE_VERSION("queue-version", QueueArgument.QUEUE_VERSION.rule(), "queue-version value", Merge.SECOND),
    /** Against an argument see {@link #mergeWithArgument}. */
    OVERFLOW("overflow", QueueArgument.OVERFLOW.rule(), "overflow value", Merge.SECOND),
    DELIVERY_LIMIT(
            "delivery-limit", ArgumentRule.INTEGER, "delivery limit", Merge.DELIVERY_LIMIT, PolicyTarget.CLASSIC_QUEUE),
    MAX_AGE(
            "max-age",
            PolicyKey::ageProblem,
            "max age",
            Merge.MIN,
            PolicyTarget.CLASSIC_QUEUE,
            PolicyTarget.QUORUM_QUEUE),
    STREAM_MAX_SEGMENT_SIZE_BYTES(
            "stream-max-segment-size-bytes",
            ArgumentRule.integer(0, 3_000_000_000L, ""),
            "segment size",
            Merge.MIN,
            PolicyTarget.CLASSIC_QUEUE,
            PolicyTarget.QUORUM_QUEUE),
    /** RabbitMQ forgets to make other types than streams pass by a policy with it. */
    STREAM_FILTER_SIZE_BYTES(
            "stream-filter-size-bytes",
            ArgumentRule.integer(16, 255, ""),
            "filter size. Valid range is 16-255",
            Merge.MIN),
    /** Other words than the argument's. */
    QUEUE_LEADER_LOCATOR(
            "queue-leader-locator",
            ArgumentRule.oneOf("", "client-local", "balanced", "random", "least-leaders"),
            "queue leader locator value",
            Merge.SECOND),
    INITIAL_CLUSTER_SIZE(
            "initial-cluster-size",
            ArgumentRule.NOT_NEGATIVE,
            "cluster size",
            Merge.MIN,
            PolicyTarget.CLASSIC_QUEUE,
            PolicyTarget.QUORUM_QUEUE),
    TARGET_GROUP_SIZE(
            "target-group-size", ArgumentRule.POSITIVE, "qq target count value", Merge.MAX, PolicyTarget.CLASSIC_QUEUE),
    /** Of an argument RabbitMQ does not look at it, and at neither of the next two. */
    DELAYED_RETRY_TYPE(
            "delayed-retry-type",
            ArgumentRule.oneOf("", "all", "failed", "returned", "disabled"),
            "delayed retry type. Must be one of: all, failed, returned, disabled",
            Merge.SECOND),
    DELAYED_RETRY_MIN(
            "delayed-retry-min",
            ArgumentRule.POSITIVE,
            "delayed retry minimum delay. Must be a positive integer",
            Merge.MAX),
    DELAYED_RETRY_MAX(
            "delayed-retry-max",
            ArgumentRule.POSITIVE,
            "delayed retry maximum delay. Must be a positive integer",
            Merge.MIN),
    FEDERATION_UPSTREAM("federation-upstream", ArgumentRule.TEXT, "federation upstream name", Merge.SECOND),
    FEDERATION_UPSTREAM_SET("federation-upstream-set", ArgumentRule.TEXT, "federation upstream set name", Merge.SECOND),
    FEDERATION_UPSTREAM_PATTERN(
            "federation-upstream-pattern", ArgumentRule.TEXT, "federation upstream pattern name", Merge.SECOND);

    private static final Pattern AGE = Pattern.compile("[0-9]*[1-9][0-9]*[YMDhms]");

    private static final Set<PolicyKey> FOR_OPERATORS = Set.of(
            EXPIRES,
            MESSAGE_TTL,
            MAX_LENGTH,
            MAX_LENGTH_BYTES,
            MAX_IN_MEMORY_LENGTH,
            MAX_IN_MEMORY_BYTES,
            DELIVERY_LIMIT,
            QUEUE_VERSION,
            OVERFLOW,
            TARGET_GROUP_SIZE,
            DELAYED_RETRY_TYPE,
            DELAYED_RETRY_MIN,
            DELAYED_RETRY_MAX);

    /** In RabbitMQ they are of quorum queues; of a classic queue its arguments alone can ask for them. */
    private static final Set<PolicyKey> WITHOUT_EFFECT_ON_CLASSIC =
            Set.of(CONSUMER_TIMEOUT, DELAYED_RETRY_TYPE, DELAYED_RETRY_MIN, DELAYED_RETRY_MAX);

    private static final Map<String, PolicyKey> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(PolicyKey::wireName, Function.identity()));

    private final String wireName;

    @SuppressWarnings("ImmutableEnumChecker") // a pure function
    private final ArgumentRule rule;

    private final String meaning;
    private final Merge merge;

    @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody can change
    private final Set<PolicyTarget> passedBy;

    PolicyKey(String wireName, ArgumentRule rule, String meaning, Merge merge, PolicyTarget... passedBy) {
        this.wireName = wireName;
        this.rule = rule;
        this.meaning = meaning;
        this.merge = merge;
        this.passedBy = Set.of(passedBy);
    }

    /** The key with that name in a policy's definition; null if there is none. */
    public static @Nullable PolicyKey byName(String wireName) {
        return BY_NAME.get(wireName);
    }

    public String wireName() {
        return wireName;
    }

    /** Whether a policy of that kind may have it. */
    boolean isOf(PolicyKind kind) {
        return kind == PolicyKind.USER || FOR_OPERATORS.contains(this);
    }

    /** Whether a policy that has it may hold there; else it is passed by as a whole. */
    boolean isSupportedBy(PolicyTarget target) {
        return !passedBy.contains(target);
    }

    /** Whether it changes anything there; a policy that says it besides holds all the same. */
    boolean hasEffectOn(PolicyTarget target) {
        return target != PolicyTarget.CLASSIC_QUEUE || !WITHOUT_EFFECT_ON_CLASSIC.contains(this);
    }

    /** What is wrong with a value, in RabbitMQ's words; null if nothing is. */
    @Nullable
    String problem(FieldValue value) {
        boolean fine = rule.problem(value, FieldTable.EMPTY) == null;
        return fine ? null : JsonTerm.of(value) + " is not a valid " + meaning;
    }

    FieldValue mergeWithOperator(FieldValue user, FieldValue operator) {
        return merge.of(user, operator);
    }

    /** What holds for a queue where both its argument and a policy say something. */
    FieldValue mergeWithArgument(FieldValue policy, FieldValue argument, PolicyTarget target) {
        return switch (this) {
            case OVERFLOW -> (target == PolicyTarget.QUORUM_QUEUE ? Merge.FIRST : Merge.SECOND).of(policy, argument);
            case DELAYED_RETRY_TYPE -> Merge.FIRST.of(policy, argument);
            case DELAYED_RETRY_MIN -> Merge.MIN.of(policy, argument);
            default -> merge.of(policy, argument);
        };
    }

    private static @Nullable String ageProblem(FieldValue value, FieldTable arguments) {
        boolean age = value instanceof FieldValue.LongString text
                && AGE.matcher(text.asString()).matches();
        return age ? null : "";
    }
}
