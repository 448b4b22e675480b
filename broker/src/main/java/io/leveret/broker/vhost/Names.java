package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import org.jspecify.annotations.Nullable;

/** Rules for the names of queues and exchanges. */
final class Names {

    private static final String RESERVED_PREFIX = "amq.";

    private Names() {}

    /** RabbitMQ drops line breaks from the names in methods that declare, delete, bind and unbind, and in no others. */
    static String clean(String name) {
        return name.indexOf('\r') < 0 && name.indexOf('\n') < 0 ? name : name.replaceAll("[\r\n]", "");
    }

    static boolean isReserved(String name) {
        return name.startsWith(RESERVED_PREFIX);
    }

    /** @throws AmqpException access refused, if a client may not declare this name anew */
    static void requireFree(String kind, String name) {
        if (isReserved(name)) {
            throw AmqpException.accessRefused(kind + " name '" + name + "' contains reserved prefix 'amq.*'");
        }
    }

    /**
     * The name of an exchange in an argument of a declaration; null if it has none.
     *
     * @param subject whose argument it is: {@code queue 'Q' in vhost 'V'}
     * @throws AmqpException precondition failed, if it is no string
     */
    static @Nullable String inArgument(String argument, FieldTable arguments, String subject) {
        FieldValue value = arguments.get(argument);
        if (value == null) {
            return null;
        }
        if (!(value instanceof FieldValue.LongString name)) {
            throw AmqpException.preconditionFailed(
                    "invalid type '" + value.typeName() + "' for arg '" + argument + "' in " + subject);
        }
        return name.asString();
    }
}
