package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.delay.Delays;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.transaction.Transactions;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;
import io.leveret.exchange.ExchangeType;
import io.leveret.exchange.InnerType;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What exchanges of a virtual host hold back, by their types. Any thread may use it. */
record ExchangeHolds(Delays delays, Transactions transactions) {

    private static final List<String> OF_DELAYED = Stream.concat(
                    Stream.of(InnerType.OF_DELAYED), HeldDeadLetters.COMPARED.stream())
            .toList();

    private static final List<String> OF_TRANSACTIONAL = Stream.of(
                    Stream.of(InnerType.OF_TRANSACTIONAL),
                    Transactions.comparedArguments().stream(),
                    HeldDeadLetters.COMPARED.stream())
            .flatMap(each -> each)
            .toList();

    /** @throws io.leveret.amqp.AmqpException precondition failed, if an argument of such an exchange is wrong */
    static void check(ExchangeType type, FieldTable arguments, String subject) {
        if (type.holdsBack()) {
            HeldDeadLetters.check(arguments, subject);
        }
        if (type == ExchangeType.TRANSACTIONAL) {
            Transactions.checkArguments(arguments, subject);
        }
    }

    /** Whether such an exchange sends messages of its own to a queue that an argument chooses, as who publishes to the default exchange can. */
    static boolean sendsWhereItSays(ExchangeType type, FieldTable arguments) {
        return type == ExchangeType.TRANSACTIONAL && Transactions.nameCheck(arguments);
    }

    /** What two declarations have to have in common, beside what all have. */
    static List<String> comparedArguments(ExchangeType type) {
        return switch (type) {
            case DELAYED -> OF_DELAYED;
            case TRANSACTIONAL -> OF_TRANSACTIONAL;
            default -> List.of();
        };
    }

    /** Of a new exchange; null if it holds nothing back. */
    @Nullable
    Hold open(ExchangeDeclaration exchange, Catalog catalog) {
        return switch (exchange.type()) {
            case DELAYED -> delays.open(exchange.name(), catalog.newHeldQueueId(exchange), 0);
            case TRANSACTIONAL ->
                transactions.open(exchange.name(), exchange.arguments(), catalog.newHeldQueueId(exchange));
            default -> null;
        };
    }

    /** Of one that was recorded, which has so many entries in the store. */
    Hold recover(ExchangeDeclaration exchange, long queueId, long entries) {
        return exchange.type() == ExchangeType.DELAYED
                ? delays.open(exchange.name(), queueId, entries)
                : transactions.recover(exchange.name(), exchange.arguments(), queueId, entries);
    }

    /** Whether a queue of the store is one that nobody sees. */
    boolean own(long queueId) {
        return delays.owns(queueId) || transactions.owns(queueId);
    }

    /** The virtual host goes down. */
    void close() {
        delays.close();
        transactions.close();
    }
}
