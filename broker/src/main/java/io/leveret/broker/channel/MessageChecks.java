package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.ErlangTerm;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.OctetText;
import io.leveret.broker.auth.User;
import io.leveret.broker.queue.QueueArgument;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What RabbitMQ checks of a published message's properties, and the error texts when it refuses them. */
final class MessageChecks {

    private static final String CC = "CC";
    private static final String BCC = "BCC";
    private static final BigInteger LONGEST_MS = BigInteger.valueOf(QueueArgument.LONGEST_MS);

    private MessageChecks() {}

    /** {@code expiration} is a number of milliseconds in decimal digits, a sign before them at most. */
    static void checkExpiration(@Nullable String expiration) {
        String problem = expiration == null ? null : expirationProblem(expiration);
        if (problem != null) {
            throw AmqpException.preconditionFailed("invalid expiration '" + expiration + "': " + problem);
        }
    }

    private static @Nullable String expirationProblem(String expiration) {
        int start = expiration.startsWith("-") || expiration.startsWith("+") ? 1 : 0;
        int end = start;
        while (end < expiration.length() && isDigit(expiration.charAt(end))) {
            end++;
        }
        if (end == start) {
            return "no_integer";
        }
        if (end < expiration.length()) {
            return "{leftover_string," + ErlangTerm.string(expiration.substring(end)) + "}";
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

    /** The routing keys of a message: its own, then those in CC and BCC. */
    static List<String> routingKeys(String routingKey, FieldTable headers) {
        FieldValue cc = headers.get(CC);
        FieldValue bcc = headers.get(BCC);
        if (cc == null && bcc == null) {
            return List.of(routingKey);
        }
        List<String> keys = new ArrayList<>();
        keys.add(routingKey);
        addKeys(CC, cc, keys);
        addKeys(BCC, bcc, keys);
        return keys;
    }

    /** The properties as consumers see them: without BCC. */
    static BasicProperties withoutBcc(BasicProperties properties, FieldTable headers) {
        if (headers.get(BCC) == null) {
            return properties;
        }
        FieldTable.Builder kept = FieldTable.builder();
        headers.entries().forEach((name, value) -> {
            if (!name.equals(BCC)) {
                kept.put(name, value);
            }
        });
        return properties.toBuilder().headers(kept.build()).build();
    }

    private static void addKeys(String header, @Nullable FieldValue value, List<String> keys) {
        if (value == null) {
            return;
        }
        if (!(value instanceof FieldValue.Array array)) {
            throw AmqpException.preconditionFailed(
                    "invalid message: {unacceptable_type_in_header,\"" + header + "\"," + value.typeName() + "}");
        }
        for (FieldValue element : array.values()) {
            if (element instanceof FieldValue.LongString key) {
                keys.add(OctetText.decode(key.bytes()));
            }
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
