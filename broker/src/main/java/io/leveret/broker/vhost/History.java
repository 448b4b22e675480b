package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.ErlangTerm;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.MemoryShare;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;
import io.leveret.exchange.ExchangeType;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The last messages of an {@code x-recent-history} exchange, which every new binding from it gets. It is its own lock, and
 * whoever routes or binds holds it, so that a new binding gets each message once: from here, or as it is published. As in RabbitMQ
 * its length has no upper bound; what it takes counts as memory of messages.
 */
final class History {

    private static final String LENGTH = "x-recent-history-length";
    private static final String NO_STORE = "x-recent-history-no-store";

    /** RabbitMQ's. */
    private static final long DEFAULT_LENGTH = 20;

    private final long length;
    private final ArrayDeque<Message> messages = new ArrayDeque<>();
    private final MemoryShare share;
    private long bytes;

    /** Null if nothing is to survive, and after the exchange was deleted. */
    private @Nullable HistoryLog log;

    /** Whether the exchange is gone: nothing is kept any more. */
    private boolean ended;

    /** How many messages were kept ever: the number of the next one. */
    private long next;

    /**
     * @param arguments of the exchange, found right by {@link #check}
     * @param log null if nothing is to survive
     * @param budget in which what it keeps counts
     */
    History(FieldTable arguments, @Nullable HistoryLog log, MemoryBudget budget) {
        FieldValue value = arguments.get(LENGTH);
        this.length = value == null ? DEFAULT_LENGTH : value.longValue();
        this.log = log;
        this.share = new MemoryShare(budget);
    }

    /** That of an exchange; null if it keeps none. */
    static @Nullable History of(ExchangeDeclaration exchange, @Nullable HistoryLog log, MemoryBudget budget) {
        boolean keeps = exchange.routingType() == ExchangeType.RECENT_HISTORY;
        return keeps ? new History(exchange.arguments(), log, budget) : null;
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
            written.values().forEach(this::take);
            next = written.lastKey() + 1;
            share.tell(bytes);
        }
    }

    /** Keeps the message, unless it asks not to be, and routes it. */
    synchronized void add(Message message, Runnable routing) {
        if (!ended && !isUnwanted(message)) {
            keep(message);
        }
        routing.run();
    }

    private void keep(Message message) {
        if (messages.size() >= length) {
            bytes -= messages.removeFirst().heapBytes();
        }
        take(message);
        share.tell(bytes);
        if (log != null) {
            log.write(next % length, next, message);
        }
        next++;
    }

    private void take(Message message) {
        messages.addLast(message);
        bytes += message.heapBytes();
    }

    /** Binds, and gives what the binding is to get, oldest first. */
    synchronized List<Message> upTo(Runnable binding) {
        binding.run();
        return List.copyOf(messages);
    }

    /** Keeps nothing any more, and writes nothing down: the exchange is about to go, and with it what was written if it is deleted. */
    synchronized void end() {
        ended = true;
        log = null;
        messages.clear();
        bytes = 0;
        share.tell(bytes);
    }

    private static boolean isUnwanted(Message message) {
        return message.properties().headers().get(NO_STORE) instanceof FieldValue.Bool unwanted && unwanted.value();
    }
}
