package io.leveret.broker.auth;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;

/**
 * How much one user may have at a time. Immutable.
 *
 * @param maxConnections negative if there is no limit; likewise of channels
 */
public record UserLimits(long maxConnections, long maxChannels) {

    /** @param limits by RabbitMQ's names, as a user's account has them */
    static UserLimits of(FieldTable limits) {
        return new UserLimits(limit(limits, "max-connections"), limit(limits, "max-channels"));
    }

    private static long limit(FieldTable limits, String name) {
        FieldValue value = limits.get(name);
        return value != null && value.isInteger() ? value.longValue() : -1;
    }
}
