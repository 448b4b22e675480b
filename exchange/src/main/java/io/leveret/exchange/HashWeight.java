package io.leveret.exchange;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.ErlangTerm;
import io.leveret.amqp.FieldValue;
import java.math.BigInteger;
import java.util.regex.Pattern;

/** The binding key of a consistent hash exchange: how many shares of the messages the binding is to get. */
final class HashWeight {

    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
    private static final int MAX = 10_000;

    private HashWeight() {}

    /** @throws AmqpException precondition failed, with RabbitMQ's text, if the key is no weight */
    static int of(String bindingKey) {
        if (!INTEGER.matcher(bindingKey).matches()) {
            throw AmqpException.preconditionFailed(
                    "The binding key must be an integer: " + ErlangTerm.of(FieldValue.of(bindingKey)));
        }
        BigInteger weight = new BigInteger(bindingKey);
        if (weight.signum() <= 0) {
            throw AmqpException.preconditionFailed("The binding key must be greater than 0");
        }
        if (weight.compareTo(BigInteger.valueOf(MAX)) > 0) {
            throw AmqpException.preconditionFailed("The binding key must not exceed " + MAX);
        }
        return weight.intValue();
    }
}
