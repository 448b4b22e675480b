package io.leveret.broker.transaction;

import io.leveret.amqp.OctetText;
import io.leveret.broker.message.Message;
import io.leveret.broker.message.ShortDigest;
import io.leveret.broker.queue.Backlog.LoadedEntry;
import org.jspecify.annotations.Nullable;

/** What came to a transactional exchange, and stands in its log: what it means follows from the order of positions alone. */
sealed interface Arrival {

    /** Where it stands in the log; in an exchange that has none, in the order of what came. */
    long position();

    /** The transaction. */
    String id();

    /**
     * A half message.
     *
     * @param messageId the digest of its message id; 0 if it has none
     * @param again whether it was in a transaction that nobody decided about, so that it repeats none that is decided
     * @param bytes how many octets it takes
     * @param nextMs when the next check is due, should it be the first of its transaction, in milliseconds since 1970
     * @param checks how many there were, likewise
     * @param message null if only the log has it
     */
    record Half(
            long position,
            String id,
            long messageId,
            boolean again,
            int bytes,
            CheckRules rules,
            long sinceMs,
            long nextMs,
            int checks,
            @Nullable Message message)
            implements Arrival {}

    /**
     * A decision.
     *
     * @param first of the broker's own, where the transaction begins that it means; else it means the one that is open
     */
    record Order(long position, String id, Decision decision, long first) implements Arrival {}

    /**
     * What came now.
     *
     * @param mark what it is in the log, see {@link Decision#mark}; else when its first check is due
     * @param keep whether nobody else has the message
     */
    static Arrival of(long position, Message message, long mark, String exchange, CheckRules defaults, boolean keep) {
        Decision decision = Decision.ofMark(mark);
        if (decision != null) {
            return order(position, message, decision);
        }
        return half(position, message, exchange, rules(message, exchange, defaults), mark, mark, 0, keep);
    }

    /** What was read from the log. */
    static Arrival of(LoadedEntry entry, String exchange, CheckRules defaults) {
        Decision decision = Decision.ofMark(entry.deadlineMs());
        if (decision != null) {
            return order(entry.position(), entry.message(), decision);
        }
        long nextMs = entry.retryAtMs() == 0 ? entry.deadlineMs() : entry.retryAtMs();
        CheckRules rules = rules(entry.message(), exchange, defaults);
        return half(
                entry.position(),
                entry.message(),
                exchange,
                rules,
                entry.deadlineMs(),
                nextMs,
                entry.failures(),
                false);
    }

    private static Order order(long position, Message message, Decision decision) {
        long first = decision == Decision.UNRESOLVED ? TransactionHeaders.first(message) : 0;
        return new Order(position, TransactionHeaders.knownId(message), decision, first);
    }

    private static Half half(
            long position,
            Message message,
            String exchange,
            CheckRules rules,
            long firstCheckMs,
            long nextMs,
            int checks,
            boolean keep) {
        return new Half(
                position,
                TransactionHeaders.knownId(message),
                messageId(message),
                TransactionHeaders.wasUnresolved(exchange, message),
                message.heapBytes(),
                rules,
                firstCheckMs - rules.timeoutMs(),
                nextMs,
                checks,
                keep ? message : null);
    }

    /** Only who may publish to any queue says which one is asked. */
    private static CheckRules rules(Message message, String exchange, CheckRules defaults) {
        CheckRules rules = defaults.withWhatIsRight(message.properties());
        return TransactionHeaders.isPublishedTo(exchange, message) ? rules : rules.asking(defaults.check());
    }

    /** The digest of a message's id; 0 if it has none. */
    static long messageId(Message message) {
        String id = message.properties().messageId();
        return id == null ? ShortDigest.NONE : ShortDigest.of(OctetText.encode(id));
    }
}
