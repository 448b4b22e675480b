package io.leveret.broker.delay;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.hold.HeaderInteger;
import io.leveret.broker.message.Message;
import java.math.BigInteger;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a message's headers ask of a delayed exchange: {@code x-delay}, as for RabbitMQ's plugin, {@code x-deliver-at} and {@code
 * x-cancel}. Pure functions; all times are in milliseconds, those of day since 1970.
 */
public final class DelayHeaders {

    /** RabbitMQ's plugin takes a delay that is longer for none, which nobody can want. */
    static final long LONGEST_DELAY_MS = 0xFFFF_FFFFL;

    /** A time that is further ahead is a mistake, as are microseconds in place of milliseconds. */
    static final long FURTHEST_AHEAD_MS = Duration.ofDays(3_653).toMillis();

    /** The message is due at once. */
    static final long NOW = 0;

    /** The message takes back others. It stands before all of them: nothing else is due in the first millisecond of 1970. */
    static final long CANCELS = 1;

    private static final String DELAY = "x-delay";
    private static final String DELIVER_AT = "x-deliver-at";
    private static final String CANCEL = "x-cancel";

    private DelayHeaders() {}

    /**
     * Checks what a client publishes.
     *
     * @throws AmqpException precondition failed, naming the header and what is wrong with it
     */
    public static void check(BasicProperties properties, byte[] body, long nowMs) {
        if (!properties.hasHeaders()) {
            return;
        }
        if (cancels(properties)) {
            requireCancel(properties, body);
        }
        FieldValue deliverAt = properties.header(DELIVER_AT);
        if (deliverAt != null) {
            deliverAtMs(deliverAt, nowMs);
        }
        FieldValue delay = properties.header(DELAY);
        if (delay != null) {
            delayMs(delay);
        }
    }

    private static void requireCancel(BasicProperties properties, byte[] body) {
        if (properties.messageId() == null) {
            throw AmqpException.preconditionFailed("invalid message: '" + CANCEL + "' without a message_id");
        }
        if (body.length > 0) {
            throw AmqpException.preconditionFailed(
                    "invalid message: '" + CANCEL + "' with a body of " + body.length + " octets, expected none");
        }
    }

    /** When a message is due, {@link #NOW} or {@link #CANCELS}. What is wrong with it counts as not there. */
    static long dueMs(Message message, long nowMs) {
        BasicProperties properties = message.properties();
        if (!properties.hasHeaders()) {
            return NOW;
        }
        try {
            return cancels(properties) && properties.messageId() != null && message.body().length == 0
                    ? CANCELS
                    : time(properties, nowMs);
        } catch (AmqpException wrong) {
            return NOW;
        }
    }

    private static long time(BasicProperties properties, long nowMs) {
        FieldValue deliverAt = properties.header(DELIVER_AT);
        if (deliverAt != null) {
            long timeMs = deliverAtMs(deliverAt, nowMs);
            return timeMs > nowMs ? timeMs : NOW;
        }
        FieldValue delay = properties.header(DELAY);
        long delayMs = delay == null ? 0 : delayMs(delay);
        return delayMs > 0 ? Math.max(nowMs + delayMs, CANCELS + 1) : NOW;
    }

    /** The message as its queues get it: with its delay negated, so that no further delayed exchange holds it back. */
    static Message due(Message message) {
        BasicProperties properties = message.properties();
        FieldValue delay = properties.hasHeaders() ? properties.header(DELAY) : null;
        long delayMs = delay == null ? 0 : lenientDelayMs(delay);
        if (delayMs <= 0) {
            return message;
        }
        // As the plugin does: a signed integer, whatever it was before.
        FieldValue negated = delayMs <= Integer.MAX_VALUE ? FieldValue.of((int) -delayMs) : FieldValue.of(-delayMs);
        return message.with(properties.withHeader(DELAY, negated));
    }

    private static long lenientDelayMs(FieldValue delay) {
        try {
            return delayMs(delay);
        } catch (AmqpException wrong) {
            return 0;
        }
    }

    private static boolean cancels(BasicProperties properties) {
        FieldValue cancel = properties.header(CANCEL);
        if (cancel == null) {
            return false;
        }
        if (!(cancel instanceof FieldValue.Bool bool)) {
            throw HeaderInteger.unacceptable(CANCEL, cancel);
        }
        return bool.value();
    }

    /** Not positive for none. */
    private static long delayMs(FieldValue delay) {
        BigInteger value = number(DELAY, delay);
        if (value.compareTo(BigInteger.valueOf(LONGEST_DELAY_MS)) > 0) {
            throw HeaderInteger.invalid(DELAY, value, "{value_too_large," + value + "}");
        }
        return value.max(BigInteger.ZERO).longValue();
    }

    private static BigInteger number(String header, FieldValue value) {
        Double number = floating(value);
        return number != null && Double.isFinite(number)
                ? BigInteger.valueOf(number.longValue())
                : HeaderInteger.of(header, value);
    }

    /** The plugin cuts off what follows the point. */
    private static @Nullable Double floating(FieldValue value) {
        if (value instanceof FieldValue.Float32 number) {
            return (double) number.value();
        }
        return value instanceof FieldValue.Float64 number ? number.value() : null;
    }

    /** Negative times count as the beginning of 1970. */
    private static long deliverAtMs(FieldValue deliverAt, long nowMs) {
        BigInteger value = number(DELIVER_AT, deliverAt);
        if (value.compareTo(BigInteger.valueOf(nowMs + FURTHEST_AHEAD_MS)) > 0) {
            throw HeaderInteger.invalid(DELIVER_AT, value, "{value_too_large," + value + "}");
        }
        return value.max(BigInteger.ZERO).longValue();
    }
}
