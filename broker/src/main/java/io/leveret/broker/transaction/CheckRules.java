package io.leveret.broker.transaction;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.OctetText;
import io.leveret.amqp.ShortString;
import io.leveret.broker.hold.HeaderInteger;
import io.leveret.broker.queue.ArgumentRule;
import io.leveret.broker.queue.QueueArgument;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * When somebody is asked about a transaction, and who: the headers of its first message tell it, and arguments of its exchange what
 * these leave out. Immutable; times are in milliseconds.
 *
 * @param timeoutMs from the publish to the first check, 0 to ten years
 * @param check the routing key of check requests on the default exchange; null if nobody is asked
 * @param intervalMs from one check to the next, 1 ms to ten years
 * @param max how many checks, 0 to {@link #MOST_CHECKS}
 */
record CheckRules(long timeoutMs, @Nullable String check, long intervalMs, int max) {

    static final String TIMEOUT = "x-tx-timeout";
    static final String CHECK = "x-tx-check";
    static final String INTERVAL = "x-tx-check-interval";
    static final String MAX = "x-tx-check-max";

    static final int MOST_CHECKS = 1_000_000;

    /** What one takes of the heap without its key: an estimate. */
    private static final int BARE_BYTES = 100;

    static final CheckRules USUAL = new CheckRules(6_000, null, 30_000, 15);

    private static final String TOO_LARGE = "value_too_large";

    /** In the order in which they are checked. */
    private static final List<Rule> RULES = List.of(
            new Rule(TIMEOUT, ArgumentRule.integer(0, QueueArgument.LONGEST_MS, TOO_LARGE)),
            new Rule(CHECK, ArgumentRule.TEXT.and(CheckRules::keyProblem)),
            new Rule(INTERVAL, ArgumentRule.integer(1, QueueArgument.LONGEST_MS, TOO_LARGE)),
            new Rule(MAX, ArgumentRule.integer(0, MOST_CHECKS, TOO_LARGE)));

    /** The arguments of an exchange. */
    static final List<String> ARGUMENTS = RULES.stream().map(Rule::argument).toList();

    private record Rule(String argument, ArgumentRule rule) {}

    private static @Nullable String keyProblem(FieldValue value, FieldTable arguments) {
        int octets = value instanceof FieldValue.LongString text ? text.bytes().length : 0;
        return octets > ShortString.MAX_BYTES ? "{" + TOO_LARGE + "," + octets + "}" : null;
    }

    /** @throws AmqpException precondition failed, naming the argument and what is wrong with it */
    static void check(FieldTable arguments, String subject) {
        RULES.forEach(each -> each.rule().check(each.argument(), arguments, subject));
    }

    /** What an exchange's arguments, which were checked, say. */
    static CheckRules of(FieldTable arguments) {
        FieldValue key = arguments.get(CHECK);
        return new CheckRules(
                number(arguments, TIMEOUT, USUAL.timeoutMs),
                key instanceof FieldValue.LongString text ? OctetText.decode(text.bytes()) : null,
                number(arguments, INTERVAL, USUAL.intervalMs),
                (int) number(arguments, MAX, USUAL.max));
    }

    private static long number(FieldTable arguments, String argument, long otherwise) {
        FieldValue value = arguments.get(argument);
        return value == null ? otherwise : value.longValue();
    }

    /**
     * What a message's headers say, and these where they say nothing.
     *
     * @throws AmqpException precondition failed, naming the header and what is wrong with it
     */
    CheckRules with(BasicProperties properties) {
        return with(properties::header);
    }

    /** As {@link #with}, but what is wrong counts as not there. */
    CheckRules withWhatIsRight(BasicProperties properties) {
        return with(name -> {
            FieldValue value = properties.header(name);
            return value == null || isWrong(name, value) ? null : value;
        });
    }

    int heapBytes() {
        return BARE_BYTES + (check == null ? 0 : check.length());
    }

    /** These, but for who is asked. */
    CheckRules asking(@Nullable String key) {
        return Objects.equals(key, check) ? this : new CheckRules(timeoutMs, key, intervalMs, max);
    }

    private static boolean isWrong(String name, FieldValue value) {
        try {
            USUAL.with(each -> each.equals(name) ? value : null);
            return false;
        } catch (AmqpException wrong) {
            return true;
        }
    }

    private CheckRules with(Function<String, @Nullable FieldValue> header) {
        FieldValue timeout = header.apply(TIMEOUT);
        FieldValue key = header.apply(CHECK);
        FieldValue interval = header.apply(INTERVAL);
        FieldValue checks = header.apply(MAX);
        if (timeout == null && key == null && interval == null && checks == null) {
            // Nearly always, so that a million transactions have one.
            return this;
        }
        return new CheckRules(
                timeout == null ? timeoutMs : HeaderInteger.of(TIMEOUT, timeout, 0, QueueArgument.LONGEST_MS),
                key == null ? check : key(key),
                interval == null ? intervalMs : HeaderInteger.of(INTERVAL, interval, 1, QueueArgument.LONGEST_MS),
                checks == null ? max : (int) HeaderInteger.of(MAX, checks, 0, MOST_CHECKS));
    }

    private static String key(FieldValue value) {
        if (!(value instanceof FieldValue.LongString text)) {
            throw HeaderInteger.unacceptable(CHECK, value);
        }
        if (text.bytes().length > ShortString.MAX_BYTES) {
            throw AmqpException.preconditionFailed("invalid message: '" + CHECK + "' of " + text.bytes().length
                    + " octets, expected at most " + ShortString.MAX_BYTES);
        }
        return OctetText.decode(text.bytes());
    }
}
