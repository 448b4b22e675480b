package io.leveret.broker.queue;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.ErlangTerm;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the value of one {@code x-} argument, or of a policy's key, may be. A pure function; the problems are RabbitMQ's words. */
@FunctionalInterface
public interface ArgumentRule {

    /** For what has no effect, or is not looked at when it is declared. */
    ArgumentRule ANYTHING = (value, arguments) -> null;

    ArgumentRule BOOLEAN = (value, arguments) -> value instanceof FieldValue.Bool ? null : unacceptable(value);

    ArgumentRule INTEGER = integer(Long.MIN_VALUE, Long.MAX_VALUE, "");

    ArgumentRule NOT_NEGATIVE = integer(0, Long.MAX_VALUE, "");

    ArgumentRule POSITIVE = integer(1, Long.MAX_VALUE, "");

    ArgumentRule TEXT = (value, arguments) -> value instanceof FieldValue.LongString ? null : unacceptable(value);

    /**
     * What is wrong with a value; null if nothing is.
     *
     * @param arguments all of them, for rules that depend on another one
     */
    @Nullable
    String problem(FieldValue value, FieldTable arguments);

    /** An integer of any width, with RabbitMQ's name for one that is above {@code most}. */
    static ArgumentRule integer(long least, long most, String tooLarge) {
        return (value, arguments) -> {
            if (!value.isInteger()) {
                return ErlangTerm.string("expected integer, got " + value.typeName());
            }
            long number = value.longValue();
            if (number >= least && number <= most) {
                return null;
            }
            String name = number > most ? tooLarge : number == 0 ? "value_zero" : "value_negative";
            return "{" + name + "," + number + "}";
        };
    }

    static ArgumentRule oneOf(String problem, String... allowed) {
        Set<String> texts = Set.of(allowed);
        return (value, arguments) -> {
            if (!(value instanceof FieldValue.LongString text)) {
                return unacceptable(value);
            }
            return texts.contains(text.asString()) ? null : problem;
        };
    }

    /** This rule and then, where it finds no problem, another. */
    default ArgumentRule and(ArgumentRule other) {
        return (value, arguments) -> {
            String problem = problem(value, arguments);
            return problem == null ? other.problem(value, arguments) : problem;
        };
    }

    /**
     * Checks an argument, if it is there.
     *
     * @param subject whose argument it is: {@code queue 'Q' in vhost 'V'}
     * @throws AmqpException precondition failed, naming the argument and the problem
     */
    default void check(String argument, FieldTable arguments, String subject) {
        FieldValue value = arguments.get(argument);
        String problem = value == null ? null : problem(value, arguments);
        if (problem != null) {
            throw AmqpException.preconditionFailed("invalid arg '" + argument + "' for " + subject + ": " + problem);
        }
    }

    static String unacceptable(FieldValue value) {
        return "{unacceptable_type," + value.typeName() + "}";
    }
}
