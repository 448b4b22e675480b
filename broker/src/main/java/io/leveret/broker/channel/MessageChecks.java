package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.broker.auth.User;
import io.leveret.broker.message.IntegerText;
import io.leveret.broker.queue.QueueArgument;
import io.leveret.broker.queue.QueueSettings;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** What RabbitMQ checks of a published message's properties, and the error texts when it refuses them. */
final class MessageChecks {

    private static final BigInteger LONGEST_MS = BigInteger.valueOf(QueueArgument.LONGEST_MS);

    private MessageChecks() {}

    /**
     * {@code expiration} is a number of milliseconds in decimal digits, a sign before them at most.
     *
     * @return the time to live; {@link QueueSettings#NONE} if there is none
     */
    static long ttlMs(@Nullable String expiration) {
        if (expiration == null) {
            return QueueSettings.NONE;
        }
        String problem = expirationProblem(expiration);
        if (problem != null) {
            throw AmqpException.preconditionFailed("invalid expiration '" + expiration + "': " + problem);
        }
        return Long.parseLong(expiration);
    }

    private static @Nullable String expirationProblem(String expiration) {
        String problem = IntegerText.problem(expiration);
        if (problem != null) {
            return problem;
        }
        BigInteger value = new BigInteger(expiration);
        if (value.signum() < 0) {
            return "{value_negative," + value + "}";
        }
        return value.compareTo(LONGEST_MS) > 0 ? "{value_too_large," + value + "}" : null;
    }

    /** {@code user_id}, if given, is the user who is logged in. */
    static void checkUserId(@Nullable String userId, User user) {
        if (userId != null && !userId.equals(user.name()) && !user.mayImpersonate()) {
            throw AmqpException.preconditionFailed(
                    "user_id property set to '" + userId + "' but authenticated user was '" + user.name() + "'");
        }
    }
}
