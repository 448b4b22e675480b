package io.leveret.broker.message;

import io.leveret.amqp.ErlangTerm;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** An integer that a client wrote in decimal digits, a sign before them at most; the problems are RabbitMQ's words. */
public final class IntegerText {

    /** With more digits it is too large, whatever it is for; to read them all would take too long. */
    private static final int MAX_DIGITS = 40;

    private IntegerText() {}

    /** What keeps a text from being an integer; null if nothing does. */
    public static @Nullable String problem(String text) {
        int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        int end = start;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        if (end == start) {
            return "no_integer";
        }
        return end < text.length() ? "{leftover_string," + ErlangTerm.string(text.substring(end)) + "}" : null;
    }

    /** The integer that a text without a {@link #problem} is; one of very many digits as if the others were not there. */
    public static BigInteger value(String text) {
        return new BigInteger(text.length() > MAX_DIGITS ? text.substring(0, MAX_DIGITS) : text);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
