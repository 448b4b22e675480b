package io.leveret.exchange;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;

/** As what an {@code x-delayed-message} exchange routes: its argument {@code x-delayed-type}. A pure function. */
public final class DelayedType {

    /** Its name. */
    public static final String ARGUMENT = "x-delayed-type";

    private DelayedType() {}

    /** The type by which an exchange routes, which for most is their own. */
    public static ExchangeType routing(ExchangeType type, FieldTable arguments) {
        return type == ExchangeType.DELAYED ? of(arguments) : type;
    }

    /** @throws AmqpException precondition failed, in the words of RabbitMQ's plugin, if the argument is missing or names no such type */
    static ExchangeType of(FieldTable arguments) {
        if (!(arguments.get(ARGUMENT) instanceof FieldValue.LongString name)) {
            throw AmqpException.preconditionFailed(
                    "Invalid argument, '" + ARGUMENT + "' must be an existing exchange type");
        }
        ExchangeType type = ExchangeType.byName(name.asString());
        if (type == null) {
            throw AmqpException.preconditionFailed(
                    (name.asString().isEmpty() ? "invalid" : "unknown") + " exchange type '" + name.asString() + "'");
        }
        if (type == ExchangeType.DELAYED) {
            throw AmqpException.preconditionFailed(
                    "Invalid argument, '" + type.wireName() + "' can't be used for '" + ARGUMENT + "'");
        }
        return type;
    }
}
