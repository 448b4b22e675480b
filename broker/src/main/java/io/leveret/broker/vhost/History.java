package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.ErlangTerm;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Message;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The last messages of an {@code x-recent-history} exchange, which every new binding from it gets. It is its own lock, and
 * whoever routes or binds holds it, so that a new binding gets each message once: from here, or as it is published.
 */
final class History {

    private static final String LENGTH = "x-recent-history-length";
    private static final String NO_STORE = "x-recent-history-no-store";

    /** RabbitMQ's. */
    private static final long DEFAULT_LENGTH = 20;

    private final long length;
    private final ArrayDeque<Message> messages = new ArrayDeque<>();

    /** Null if nothing is to survive, and after the exchange was deleted. */
    private @Nullable HistoryLog log;

    /** How many messages were kept ever: the number of the next one. */
    private long next;

    /**
     * @param arguments of the exchange, found right by {@link #check}
     * @param log null if nothing is to survive
     */
    History(FieldTable arguments, @Nullable HistoryLog log) {
        FieldValue value = arguments.get(LENGTH);
        this.length = value == null ? DEFAULT_LENGTH : value.longValue();
        this.log = log;
    }

    /** @throws AmqpException precondition failed, if the length is no positive number */
    static void check(FieldTable arguments) {
        FieldValue value = arguments.get(LENGTH);
        if (value != null && !(value.isInteger() && value.longValue() > 0)) {
            throw AmqpException.preconditionFailed(
                    "Invalid argument " + ErlangTerm.of(value) + ", '" + LENGTH + "' must be a positive integer");
        }
    }

    /** Takes what was written down, by the messages' numbers. */
    synchronized void recovered(SortedMap<Long, Message> written) {
        if (!written.isEmpty()) {
            messages.addAll(written.values());
            next = written.lastKey() + 1;
        }
    }

    /** Keeps the message, unless it asks not to be, and routes it. */
    synchronized void add(Message message, Runnable routing) {
        if (!isUnwanted(message)) {
            keep(message);
        }
        routing.run();
    }

    private void keep(Message message) {
        if (messages.size() >= length) {
            messages.removeFirst();
        }
        messages.addLast(message);
        if (log != null) {
            log.write(next % length, next, message);
        }
        next++;
    }

    /** Binds, and gives what the binding is to get, oldest first. */
    synchronized List<Message> upTo(Runnable binding) {
        binding.run();
        return List.copyOf(messages);
    }

    /** Writes nothing down any more: the exchange is about to be deleted with all that was written. */
    synchronized void end() {
        log = null;
        messages.clear();
    }

    private static boolean isUnwanted(Message message) {
        return message.properties().headers().get(NO_STORE) instanceof FieldValue.Bool unwanted && unwanted.value();
    }
}
