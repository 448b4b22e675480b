package io.leveret.broker.transaction;

import io.leveret.broker.hold.Delivery;
import io.leveret.broker.message.Message;
import org.jspecify.annotations.Nullable;

/** Brings half messages where they belong, and tells the store with it. Used by one thread at a time, which may block. */
public interface TransactionDelivery extends Delivery {

    /** Whether an exchange names a dead-letter exchange, be it there or not. */
    boolean namesDeadLetterExchange(TransactionalMessages from);

    /** Whether that is there. */
    boolean hasDeadLetterExchange(TransactionalMessages from);

    /** Whether a message that nobody decided about goes anywhere now. */
    boolean leadsSomewhere(TransactionalMessages from, Message message);

    /** Gathers a message that nobody decided about for where the dead letters of its exchange go. */
    Outcome deadLetter(TransactionalMessages from, Message message);

    /** Gathers a check request for the queue that its routing key names, if that is there and takes it. */
    void check(Message request);

    /** Gathers that a half message was checked so often, and when that is to be done next. */
    void checked(TransactionalMessages of, long position, int checks, long nextMs);

    /**
     * Gathers a decision, which comes to its exchange as a publisher's does.
     *
     * @param mark {@link Decision#mark}
     */
    void decide(TransactionalMessages in, Message command, long mark);

    /** Gathers what is to be remembered of a decided transaction. */
    void remember(TransactionalMessages of, byte[] place, byte @Nullable [] value);
}
