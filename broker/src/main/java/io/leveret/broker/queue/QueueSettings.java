package io.leveret.broker.queue;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What holds for a queue at present: its arguments, and what policies add to them. A queue may get others at any time.
 *
 * @param messageTtlMs how long a message may wait; {@link #NONE} for ever
 * @param expiresMs how long the queue stays unused; {@link #NONE} for ever
 * @param maxLength how many messages may be ready; {@link #NONE} for any number
 * @param maxBytes how many octets their bodies may have together; {@link #NONE} for any number
 * @param deliveryLimit how many deliveries of a message may fail; {@link #NONE} for any number, which most queues do not count
 * @param consumerTimeoutMs how long a delivery may wait for its acknowledgement; {@link #NONE} if the queue does not say
 * @param retry how long what returns waits
 * @param deadLetterExchange where messages go that leave by themselves or are rejected; null if they are dropped
 * @param deadLetterRoutingKey null for a message's own
 * @param keepsDeadLetters whether they stay in the store until all their targets have them, be it for ever
 */
public record QueueSettings(
        long messageTtlMs,
        long expiresMs,
        long maxLength,
        long maxBytes,
        Overflow overflow,
        long deliveryLimit,
        long consumerTimeoutMs,
        Retry retry,
        @Nullable String deadLetterExchange,
        @Nullable String deadLetterRoutingKey,
        boolean keepsDeadLetters) {

    /** No limit. */
    public static final long NONE = Long.MAX_VALUE;

    /** That of a quorum queue which says nothing that could be one, since RabbitMQ 4.0. */
    private static final long USUAL_DELIVERY_LIMIT = 20;

    /** A queue without any of it. */
    public static final QueueSettings PLAIN =
            new QueueSettings(NONE, NONE, NONE, NONE, Overflow.DROP_HEAD, NONE, NONE, Retry.AT_ONCE, null, null, false);

    /** What arguments ask for that were checked. */
    public static QueueSettings of(FieldTable arguments) {
        Overflow overflow = overflow(arguments);
        String deadLetterExchange = text(QueueArgument.DEAD_LETTER_EXCHANGE, arguments);
        return new QueueSettings(
                number(QueueArgument.MESSAGE_TTL, arguments),
                number(QueueArgument.EXPIRES, arguments),
                number(QueueArgument.MAX_LENGTH, arguments),
                number(QueueArgument.MAX_LENGTH_BYTES, arguments),
                overflow,
                deliveryLimit(arguments),
                number(QueueArgument.CONSUMER_TIMEOUT, arguments),
                Retry.of(arguments),
                deadLetterExchange,
                text(QueueArgument.DEAD_LETTER_ROUTING_KEY, arguments),
                deadLetterExchange != null && overflow == Overflow.REJECT_PUBLISH && isAtLeastOnce(arguments));
    }

    /** A quorum queue takes reject-publish-dlx and does not know it, be it an argument or a policy's: the oldest leave it. */
    private static Overflow overflow(FieldTable arguments) {
        String name = text(QueueArgument.OVERFLOW, arguments);
        Overflow named = name == null ? null : Overflow.byName(name);
        boolean quorum = QueueType.of(arguments) == QueueType.QUORUM;
        return named == null || (quorum && named == Overflow.REJECT_PUBLISH_DLX) ? Overflow.DROP_HEAD : named;
    }

    /** Of quorum queues; RabbitMQ asks for reject-publish with it, since what is dropped for room can't be kept. */
    private static boolean isAtLeastOnce(FieldTable arguments) {
        return QueueType.of(arguments) == QueueType.QUORUM
                && "at-least-once".equals(text(QueueArgument.DEAD_LETTER_STRATEGY, arguments));
    }

    private static long number(QueueArgument argument, FieldTable arguments) {
        FieldValue value = argument.in(arguments);
        return value == null ? NONE : value.longValue();
    }

    /** RabbitMQ takes an argument that is no integer, and goes by the usual limit; a negative one is none. */
    private static long deliveryLimit(FieldTable arguments) {
        FieldValue value = QueueArgument.DELIVERY_LIMIT.in(arguments);
        if (value == null || !value.isInteger()) {
            return QueueType.of(arguments) == QueueType.QUORUM ? USUAL_DELIVERY_LIMIT : NONE;
        }
        return value.longValue() >= 0 ? value.longValue() : NONE;
    }

    private static @Nullable String text(QueueArgument argument, FieldTable arguments) {
        return argument.in(arguments) instanceof FieldValue.LongString text ? text.asString() : null;
    }

    /**
     * Whether messages may leave it because there are too many: never if new ones are refused, be it that some return or that the limit
     * is lowered.
     */
    boolean dropsHead() {
        return overflow == Overflow.DROP_HEAD && isLimited();
    }

    private boolean isLimited() {
        return maxLength != NONE || maxBytes != NONE;
    }

    /** Whether it may refuse a message. */
    boolean mayRefuse() {
        return overflow != Overflow.DROP_HEAD && isLimited();
    }

    /** Whether a message may be given out again of which so many deliveries have failed. */
    public boolean allows(int failures) {
        return failures <= deliveryLimit;
    }

    /** When a message expires that comes now, in milliseconds since 1970; 0 for never. */
    public long deadlineMs(InstantSource clock, long ownTtlMs) {
        long ttl = Math.min(messageTtlMs, ownTtlMs);
        return ttl == NONE ? 0 : clock.millis() + ttl;
    }
}
