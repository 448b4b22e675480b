package io.leveret.broker.transaction;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.OctetText;
import io.leveret.amqp.ShortString;
import io.leveret.broker.hold.HeaderInteger;
import io.leveret.broker.message.Message;
import org.jspecify.annotations.Nullable;

/** What a message's headers ask of a transactional exchange: {@code x-tx-id}, {@code x-tx-state}, and when to check. Pure functions. */
public final class TransactionHeaders {

    static final String ID = "x-tx-id";
    static final String STATE = "x-tx-state";

    /** Of the broker's own command that a transaction is unresolved: where the one begins that it means. */
    static final String FIRST = "x-tx-first";

    /** What dead letters tell, and what tells it of one that somebody has published again. */
    private static final String DEATHS = "x-death";

    /** Why half messages are dead-lettered that nobody decided about. */
    public static final String UNRESOLVED = "tx_unresolved";

    private TransactionHeaders() {}

    /**
     * Checks what a client publishes.
     *
     * @throws AmqpException precondition failed, naming the header and what is wrong with it
     */
    public static void check(BasicProperties properties, byte[] body) {
        if (!properties.hasHeaders()) {
            return;
        }
        String id = id(properties.header(ID));
        if (decision(properties.header(STATE)) != null) {
            requireCommand(id, body);
        }
        CheckRules.USUAL.with(properties);
    }

    /** Whether who publishes this chooses the queue of the check requests. */
    static boolean namesCheck(BasicProperties properties) {
        return properties.hasHeaders() && properties.header(ID) != null && properties.header(CheckRules.CHECK) != null;
    }

    /**
     * Whether a half message came to an exchange from the client that published it, who was asked for permissions. Of others nobody was:
     * what a binding or an alternate exchange brings.
     */
    static boolean isPublishedTo(String exchange, Message message) {
        return message.address().exchange().equals(exchange);
    }

    /**
     * Whether a message says that it was dead-lettered by an exchange since nobody decided about it. So it does if it was published again,
     * to be asked about once more.
     */
    static boolean wasUnresolved(String exchange, Message message) {
        BasicProperties properties = message.properties();
        if (!properties.hasHeaders() || !(properties.header(DEATHS) instanceof FieldValue.Array deaths)) {
            return false;
        }
        return deaths.values().stream()
                .anyMatch(each -> each instanceof FieldValue.Table death
                        && is(UNRESOLVED, death.value().get("reason"))
                        && is(exchange, death.value().get("queue")));
    }

    private static boolean is(String text, @Nullable FieldValue value) {
        return value instanceof FieldValue.LongString found && found.asString().equals(text);
    }

    private static void requireCommand(@Nullable String id, byte[] body) {
        if (id == null) {
            throw AmqpException.preconditionFailed("invalid message: '" + STATE + "' without '" + ID + "'");
        }
        if (body.length > 0) {
            throw AmqpException.preconditionFailed(
                    "invalid message: '" + STATE + "' with a body of " + body.length + " octets, expected none");
        }
    }

    private static @Nullable String id(@Nullable FieldValue value) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof FieldValue.LongString text)) {
            throw HeaderInteger.unacceptable(ID, value);
        }
        int octets = text.bytes().length;
        if (octets == 0 || octets > ShortString.MAX_BYTES) {
            throw AmqpException.preconditionFailed(
                    "invalid message: '" + ID + "' of " + octets + " octets, expected 1 to " + ShortString.MAX_BYTES);
        }
        return OctetText.decode(text.bytes());
    }

    private static @Nullable Decision decision(@Nullable FieldValue value) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof FieldValue.LongString text)) {
            throw HeaderInteger.unacceptable(STATE, value);
        }
        String state = text.asString();
        if (state.equals(Decision.COMMIT.wireName())) {
            return Decision.COMMIT;
        }
        if (state.equals(Decision.ROLLBACK.wireName())) {
            return Decision.ROLLBACK;
        }
        throw HeaderInteger.invalid(STATE, state, "expected commit or rollback");
    }

    /** A message's transaction; null if it has none, or something else in the place of one. */
    static @Nullable String id(Message message) {
        BasicProperties properties = message.properties();
        if (!properties.hasHeaders()) {
            return null;
        }
        try {
            return id(properties.header(ID));
        } catch (AmqpException wrong) {
            return null;
        }
    }

    /** As {@link #id}, of a message that was taken as one of a transaction. */
    static String knownId(Message message) {
        String id = id(message);
        if (id == null) {
            throw new AssertionError("a message without a transaction was taken as one with");
        }
        return id;
    }

    /** What a message decides of its transaction; null if nothing, or what is wrong. */
    static @Nullable Decision decision(Message message) {
        BasicProperties properties = message.properties();
        if (!properties.hasHeaders() || message.body().length > 0) {
            return null;
        }
        try {
            return id(properties.header(ID)) == null ? null : decision(properties.header(STATE));
        } catch (AmqpException wrong) {
            return null;
        }
    }

    /** The headers of a command. */
    static FieldTable command(String id, Decision decision) {
        return FieldTable.builder()
                .put(ID, new FieldValue.LongString(OctetText.encode(id)))
                .put(STATE, decision.wireName())
                .build();
    }

    /** Where the transaction begins that the broker found unresolved. */
    static long first(Message command) {
        FieldValue first = command.properties().header(FIRST);
        return first != null && first.isInteger() ? first.longValue() : -1;
    }
}
