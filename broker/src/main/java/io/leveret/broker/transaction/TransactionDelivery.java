package io.leveret.broker.transaction;

import io.leveret.broker.hold.HeldBatch;
import io.leveret.broker.hold.Leaving;
import io.leveret.broker.message.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brings half messages where they belong, and tells the store with it. Used by one thread at a time, which may block. */
public interface TransactionDelivery extends HeldBatch {

    /** Whether an exchange names a dead-letter exchange, be it there or not. */
    boolean namesDeadLetterExchange(TransactionalMessages from);

    /** Whether that is there. */
    boolean hasDeadLetterExchange(TransactionalMessages from);

    /**
     * Finds where all messages of a transaction go, and gathers none yet: as one they leave or stay.
     *
     * @param decision a commit, or that nobody decided
     * @return in their order; null if their exchange is deleted, with all that it had
     */
    @Nullable
    List<Leaving> find(TransactionalMessages from, List<Message> messages, Decision decision);

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

    /** Nothing that was gathered since the last flush comes. To be followed by {@link #end}. */
    void drop();

    /** Gathers what is to be remembered of a decided transaction. */
    void remember(TransactionalMessages of, byte[] place, byte @Nullable [] value);
}
