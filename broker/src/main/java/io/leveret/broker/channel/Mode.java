package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.method.ConfirmSelect;
import io.leveret.amqp.method.ConfirmSelectOk;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.TxCommit;
import io.leveret.amqp.method.TxCommitOk;
import io.leveret.amqp.method.TxRollback;
import io.leveret.amqp.method.TxRollbackOk;
import io.leveret.amqp.method.TxSelect;
import io.leveret.amqp.method.TxSelectOk;
import io.leveret.broker.alarm.HeapUse;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Whether a channel confirms what is published, gathers it in transactions, or neither: once chosen it stays. Owned by the
 * channel's event loop.
 */
final class Mode {

    private final Publisher publisher;
    private final Deliveries deliveries;
    private final long transactionMaxBytes;
    private final HeapUse.Part heap;

    private @Nullable Confirms confirms;
    private @Nullable Transaction transaction;

    Mode(Publisher publisher, Deliveries deliveries, long transactionMaxBytes, HeapUse.Part heap) {
        this.publisher = publisher;
        this.deliveries = deliveries;
        this.transactionMaxBytes = transactionMaxBytes;
        this.heap = heap;
    }

    /** Does a method of the confirm class, and gives its answer; null if the client wants none. */
    @Nullable
    Method confirm(Method method) {
        if (!(method instanceof ConfirmSelect select)) {
            throw ProtocolErrors.unimplemented();
        }
        selectConfirm();
        return select.nowait() ? null : new ConfirmSelectOk();
    }

    private void selectConfirm() {
        if (transaction != null) {
            throw AmqpException.preconditionFailed("cannot switch from tx to confirm mode");
        }
        if (confirms == null) {
            confirms = new Confirms();
            publisher.confirmWith(confirms);
        }
    }

    /** Whether what the open transaction settles is so much that it is gathered before, in pieces; false once that is done. */
    boolean preparesCommit() {
        return transaction != null && deliveries.preparesCommit(transaction);
    }

    /**
     * Whether the open transaction, if there is one, can be committed now. If not, something is read before.
     *
     * @param whenRead notes what was read, on the channel's loop; then it can be tried again
     */
    boolean canCommit(Executor whenRead) {
        return transaction == null || deliveries.holdsRejected(transaction, whenRead);
    }

    /** Does a method of the tx class, and gives its answer. */
    Method tx(Method method) {
        if (method instanceof TxSelect) {
            selectTx();
            return new TxSelectOk();
        }
        if (method instanceof TxCommit) {
            commit(requireTransaction());
            return new TxCommitOk();
        }
        if (method instanceof TxRollback) {
            rollback(requireTransaction());
            return new TxRollbackOk();
        }
        throw ProtocolErrors.unimplemented();
    }

    private void selectTx() {
        if (confirms != null) {
            throw AmqpException.preconditionFailed("cannot switch from confirm to tx mode");
        }
        if (transaction == null) {
            transaction = new Transaction(transactionMaxBytes, heap);
            publisher.gatherIn(transaction);
            deliveries.gatherIn(transaction);
        }
    }

    private void commit(Transaction committed) {
        try {
            publisher.commit(committed.takePublishes(), deliveries.leaving(committed));
            deliveries.commit(committed);
        } finally {
            publisher.endCommit();
        }
    }

    private void rollback(Transaction abandoned) {
        abandoned.takePublishes();
        deliveries.rollback(abandoned);
    }

    private Transaction requireTransaction() {
        if (transaction == null) {
            throw AmqpException.preconditionFailed("channel is not transactional");
        }
        return transaction;
    }

    /** Forgets what a transaction has published so far. */
    void abandon() {
        if (transaction != null) {
            transaction.takePublishes();
        }
    }

    /** Notes that the queues have all that was published, which a batch makes durable. */
    void brought(long batch) {
        if (confirms != null) {
            confirms.brought(batch);
        }
    }

    /** The first batch that a confirm waits for; the highest number there is if none does. */
    long awaitedBatch() {
        return confirms == null ? Long.MAX_VALUE : confirms.awaitedBatch();
    }

    /** Confirms what is durable, in confirm mode; false if nothing is left to confirm. */
    boolean sendConfirms(long durableBatch, int channel, Output output) {
        return confirms != null && confirms.send(durableBatch, channel, output);
    }
}
