package io.leveret.broker.hold;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.IntegerText;
import java.math.BigInteger;

/** A header that is an integer, of any type or in decimal digits; the problems are RabbitMQ's words. Pure functions. */
public final class HeaderInteger {

    private HeaderInteger() {}

    /** @throws AmqpException precondition failed, naming the header and what is wrong with it */
    public static BigInteger of(String header, FieldValue value) {
        if (value.isInteger()) {
            return BigInteger.valueOf(value.longValue());
        }
        if (!(value instanceof FieldValue.LongString text)) {
            throw unacceptable(header, value);
        }
        String problem = IntegerText.problem(text.asString());
        if (problem != null) {
            throw invalid(header, text.asString(), problem);
        }
        return IntegerText.value(text.asString());
    }

    /**
     * As the other.
     *
     * @param least at least 0
     */
    public static long of(String header, FieldValue value, long least, long most) {
        BigInteger number = of(header, value);
        if (number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw invalid(header, number, "{value_too_large," + number + "}");
        }
        if (number.compareTo(BigInteger.valueOf(least)) < 0) {
            throw invalid(header, number, (number.signum() == 0 ? "{value_zero," : "{value_negative,") + number + "}");
        }
        return number.longValue();
    }

    /** What a header's value that is not what it has to be is refused with. */
    public static AmqpException invalid(String header, Object value, String problem) {
        return AmqpException.preconditionFailed("invalid " + header + " '" + value + "': " + problem);
    }

    /** What a header of a type that it can't have is refused with. */
    public static AmqpException unacceptable(String header, FieldValue value) {
        return AmqpException.preconditionFailed(
                "invalid message: {unacceptable_type_in_header,\"" + header + "\"," + value.typeName() + "}");
    }
}
