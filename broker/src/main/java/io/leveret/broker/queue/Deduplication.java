package io.leveret.broker.queue;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.ErlangTerm;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Message;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a queue or an exchange knows a message that it had before, as its arguments say: those of the plugin
 * rabbitmq_message_deduplication and of LavinMQ, which are the same but for the header's name. Immutable.
 *
 * @param header of a message, in which its key is
 * @param rememberedMax how many keys are remembered whatever became of their messages; 0 for none
 * @param ttlMs for how long, in milliseconds; {@link QueueSettings#NONE} until others take their place
 * @param durable whether they are remembered over a restart, if the queue or exchange and the message last so long
 */
public record Deduplication(String header, long rememberedMax, long ttlMs, boolean durable) {

    /** A queue's argument, or an exchange's of any type. */
    public static final String ENABLED = "x-message-deduplication";

    /** The header of the plugin, and the argument of LavinMQ that names another one. */
    public static final String HEADER = "x-deduplication-header";

    public static final String CACHE_SIZE = "x-cache-size";

    /** An argument, and the header of a message that wants another time. */
    public static final String CACHE_TTL = "x-cache-ttl";

    public static final String CACHE_PERSISTENCE = "x-cache-persistence";

    /** How many keys are remembered if no argument says it. */
    public static final long USUAL_SIZE = 100_000;

    /** A bound, since each takes up to 150 octets of memory. */
    public static final long LARGEST_SIZE = 10_000_000;

    /** What a header may be called. */
    private static final int NAME_BYTES = 255;

    /** Most digits that a number has which is written as a text. */
    private static final int DIGITS = 18;

    static final ArgumentRule HEADER_RULE = ArgumentRule.TEXT.and(Deduplication::nameProblem);
    static final ArgumentRule SIZE_RULE = number(LARGEST_SIZE);
    static final ArgumentRule TTL_RULE = number(QueueArgument.LONGEST_MS);
    static final ArgumentRule PERSISTENCE_RULE = ArgumentRule.oneOf("invalid_cache_persistence", "memory", "disk");

    /** Those that an exchange may have, with what each may be. */
    private static final Map<String, ArgumentRule> OF_EXCHANGES = Map.of(
            ENABLED, ArgumentRule.BOOLEAN,
            HEADER, HEADER_RULE,
            CACHE_SIZE, SIZE_RULE,
            CACHE_TTL, TTL_RULE,
            CACHE_PERSISTENCE, PERSISTENCE_RULE);

    /** What checked arguments of a queue ask for; null if it takes everything. */
    static @Nullable Deduplication ofQueue(FieldTable arguments) {
        if (!isEnabled(arguments)) {
            return null;
        }
        boolean remembers = arguments.get(CACHE_SIZE) != null || arguments.get(CACHE_TTL) != null;
        return of(arguments, remembers ? USUAL_SIZE : 0);
    }

    /**
     * What checked arguments of an exchange ask for; null if it routes everything.
     *
     * @param always whether its type does so, whatever the arguments
     */
    public static @Nullable Deduplication ofExchange(boolean always, FieldTable arguments) {
        return always || isEnabled(arguments) ? of(arguments, USUAL_SIZE) : null;
    }

    private static boolean isEnabled(FieldTable arguments) {
        return arguments.get(ENABLED) instanceof FieldValue.Bool enabled && enabled.value();
    }

    private static Deduplication of(FieldTable arguments, long otherwise) {
        FieldValue size = arguments.get(CACHE_SIZE);
        FieldValue ttl = arguments.get(CACHE_TTL);
        return new Deduplication(
                arguments.get(HEADER) instanceof FieldValue.LongString name ? name.asString() : HEADER,
                size == null ? otherwise : valueOf(size),
                ttl == null ? QueueSettings.NONE : valueOf(ttl),
                !"memory".equals(text(arguments.get(CACHE_PERSISTENCE))));
    }

    private static @Nullable String text(@Nullable FieldValue value) {
        return value instanceof FieldValue.LongString text ? text.asString() : null;
    }

    /**
     * Checks the arguments of an exchange.
     *
     * @param subject {@code exchange 'E' in vhost 'V'}
     * @throws AmqpException precondition failed, naming the argument and what is wrong with it
     */
    public static void check(FieldTable arguments, String subject) {
        // In the order in which the client names them.
        for (String name : arguments.entries().keySet()) {
            ArgumentRule rule = OF_EXCHANGES.get(name);
            if (rule != null) {
                rule.check(name, arguments, subject);
            }
        }
    }

    /** The arguments that an exchange which is declared again has to have the same, in the order in which they are compared. */
    public static List<String> comparedArguments() {
        return List.of(ENABLED, HEADER, CACHE_SIZE, CACHE_TTL, CACHE_PERSISTENCE);
    }

    /** The key of a message; 0 if it has none, and so is no duplicate of anything. */
    public long keyOf(Message message) {
        return DeduplicationKey.of(message.properties(), header);
    }

    /** @throws AmqpException precondition failed, if a header of a message is not what it has to be that a client publishes */
    public void check(Message message) {
        DeduplicationKey.check(message.properties(), header);
        FieldValue own = message.properties().headers().get(CACHE_TTL);
        // Also where it means nothing: who sends it does not know whether keys are remembered.
        String problem = own == null ? null : TTL_RULE.problem(own, FieldTable.EMPTY);
        if (problem != null) {
            throw AmqpException.preconditionFailed("invalid message: invalid header '" + CACHE_TTL + "': " + problem);
        }
    }

    /**
     * For how long a key is remembered that comes now. A message's own time counts unless it is none, as it may be in one that was published to
     * somebody else.
     *
     * @return until when, in milliseconds since 1970; {@link QueueSettings#NONE} for ever
     */
    public long rememberedUntilMs(Message message, long nowMs) {
        FieldValue own = message.properties().headers().get(CACHE_TTL);
        boolean counts = own != null && TTL_RULE.problem(own, FieldTable.EMPTY) == null;
        long ttl = own != null && counts ? valueOf(own) : ttlMs;
        return ttl == QueueSettings.NONE ? QueueSettings.NONE : nowMs + ttl;
    }

    private static @Nullable String nameProblem(FieldValue value, FieldTable arguments) {
        int bytes = ((FieldValue.LongString) value).bytes().length;
        return bytes >= 1 && bytes <= NAME_BYTES
                ? null
                : ErlangTerm.string("expected a name of 1 to " + NAME_BYTES + " octets, got " + bytes);
    }

    /** A positive integer, be it in decimal digits: clients of the plugin write it so, too. */
    private static ArgumentRule number(long most) {
        ArgumentRule integer = ArgumentRule.integer(1, most, "value_too_large");
        return (value, arguments) -> {
            if (!(value instanceof FieldValue.LongString text)) {
                return integer.problem(value, arguments);
            }
            String digits = text.asString();
            if (digits.isEmpty() || !digits.chars().allMatch(each -> each >= '0' && each <= '9')) {
                return ErlangTerm.string("expected integer, got longstr");
            }
            return digits.length() > DIGITS
                    ? "{value_too_large," + new BigInteger(digits) + "}"
                    : integer.problem(new FieldValue.Int64(Long.parseLong(digits)), arguments);
        };
    }

    private static long valueOf(FieldValue value) {
        return value instanceof FieldValue.LongString digits
                ? Long.parseLong(new String(digits.bytes(), StandardCharsets.US_ASCII))
                : value.longValue();
    }
}
