package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.ErlangTerm;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Compares what is declared with what is there; a difference is 406 with RabbitMQ's text. Immutable. */
final class Equivalence {

    /** {@code queue 'Q' in vhost 'V'}. */
    private final String subject;

    Equivalence(String subject) {
        this.subject = subject;
    }

    void requireSame(String attribute, Object received, Object current) {
        if (!received.equals(current)) {
            throw inequivalent(attribute, quoted(received.toString()), quoted(current.toString()));
        }
    }

    /** Compares one argument by its value: the width of an integer does not count. */
    void requireSameArgument(String name, FieldTable received, FieldTable current) {
        FieldValue now = received.get(name);
        FieldValue then = current.get(name);
        if (now == null || then == null) {
            if (now != then) {
                throw inequivalent(name, describe(now), describe(then));
            }
        } else if (!comparable(now).equals(comparable(then))) {
            throw inequivalent(name, text(now), text(then));
        }
    }

    /** RabbitMQ takes a timestamp for an integer and octets for a text here. */
    private static Object comparable(FieldValue value) {
        if (value instanceof FieldValue.Timestamp timestamp) {
            return timestamp.epochSeconds();
        }
        if (value instanceof FieldValue.Bytes octets) {
            return new FieldValue.LongString(octets.bytes());
        }
        if (value instanceof FieldValue.Float32 number) {
            return (double) number.value();
        }
        if (value instanceof FieldValue.Float64 number) {
            return number.value();
        }
        return value.isInteger() ? (Object) value.longValue() : value;
    }

    private static String describe(@Nullable FieldValue value) {
        return value == null ? "none" : "the value " + quoted(spelled(value)) + " of type '" + value.typeName() + "'";
    }

    private static String text(FieldValue value) {
        return value instanceof FieldValue.Void ? "none" : quoted(spelled(value));
    }

    private static String spelled(FieldValue value) {
        if (value instanceof FieldValue.LongString string) {
            return string.asString();
        }
        if (value instanceof FieldValue.Bytes octets) {
            return new String(octets.bytes(), StandardCharsets.UTF_8);
        }
        return ErlangTerm.of(value);
    }

    private static String quoted(String value) {
        return "'" + value + "'";
    }

    private AmqpException inequivalent(String attribute, String received, String current) {
        return AmqpException.preconditionFailed("inequivalent arg '" + attribute + "' for " + subject + ": received "
                + received + " but current is " + current);
    }
}
