package io.leveret.exchange;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import org.jspecify.annotations.Nullable;

/** As which type an exchange routes that holds messages back: an argument of its declaration tells it. Pure functions. */
public final class InnerType {

    /** The argument of an exchange that delays messages. */
    public static final String OF_DELAYED = "x-delayed-type";

    /** The argument of an exchange whose messages may wait for a decision. */
    public static final String OF_TRANSACTIONAL = "x-transactional-type";

    private InnerType() {}

    /** The type by which an exchange routes, which for most is their own. */
    public static ExchangeType routing(ExchangeType type, FieldTable arguments) {
        String argument = argument(type);
        return argument == null ? type : named(argument, arguments);
    }

    /** The argument that tells it; null if exchanges of the type route as what they are. */
    static @Nullable String argument(ExchangeType type) {
        return switch (type) {
            case DELAYED -> OF_DELAYED;
            case TRANSACTIONAL -> OF_TRANSACTIONAL;
            default -> null;
        };
    }

    /** @throws AmqpException precondition failed, in the words of RabbitMQ's plugin, if the argument is missing or names no such type */
    private static ExchangeType named(String argument, FieldTable arguments) {
        if (!(arguments.get(argument) instanceof FieldValue.LongString name)) {
            throw AmqpException.preconditionFailed(
                    "Invalid argument, '" + argument + "' must be an existing exchange type");
        }
        ExchangeType type = ExchangeType.byName(name.asString());
        if (type == null) {
            throw AmqpException.preconditionFailed(
                    (name.asString().isEmpty() ? "invalid" : "unknown") + " exchange type '" + name.asString() + "'");
        }
        if (argument(type) != null) {
            throw AmqpException.preconditionFailed(
                    "Invalid argument, '" + type.wireName() + "' can't be used for '" + argument + "'");
        }
        return type;
    }
}
