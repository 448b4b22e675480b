package io.leveret.broker.transaction;

import io.leveret.broker.hold.Delivery.Outcome;
import io.leveret.broker.message.Message;
import io.leveret.broker.transaction.HalfReads.Read;
import io.leveret.persistence.log.StoreFailedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what is decided: all messages of a transaction leave with one batch, in which the store learns that they have, and what
 * was decided. Used by one thread at a time, which may block.
 */
final class CarryOut {

    private static final Logger LOG = LoggerFactory.getLogger(CarryOut.class);

    /** Of several transactions together: one alone may be more. */
    private static final int MOST = 1_000;

    private static final long BYTES_MOST = 1024 * 1024;

    private final TransactionDelivery delivery;
    private final HalfReads reads;
    private boolean nowhereBefore;

    CarryOut(TransactionDelivery delivery, HalfReads reads) {
        this.delivery = delivery;
        this.reads = reads;
    }

    /** What means nothing leaves the log: before anything that is carried out and would make it mean something after a crash. */
    void forget(TransactionalMessages room) {
        List<Long> positions = room.takeDropped();
        if (!positions.isEmpty() && room.hasStore()) {
            positions.forEach(position -> delivery.settle(room, position));
            flush();
        }
    }

    void decided(TransactionalMessages room, long nowMs, long readable) {
        List<OpenTransaction> taken = room.takeDecided(nowMs, () -> readable, MOST, BYTES_MOST);
        if (taken.isEmpty()) {
            return;
        }
        Deque<OpenTransaction> left = new ArrayDeque<>(taken);
        try {
            HalfReads.Result read = read(room, taken);
            while (!left.isEmpty()) {
                OpenTransaction each = left.getFirst();
                List<Read> messages = read.whole().get(each);
                boolean goes = messages != null && leadsSomewhere(room, each, messages);
                left.remove();
                if (messages != null && goes) {
                    carryOut(room, each, messages);
                } else {
                    boolean isCut = messages == null && each != read.unreadable();
                    room.off(each, isCut ? nowMs : nowMs + HalfReads.AGAIN_MS);
                }
            }
        } finally {
            // After an error these are to be carried out still.
            left.forEach(each -> room.off(each, nowMs + TransactionTasks.FULL_MS));
        }
        flush();
    }

    /** Of what is rolled back nothing is needed but where it stands. */
    private HalfReads.Result read(TransactionalMessages room, List<OpenTransaction> taken) {
        List<OpenTransaction> toRead = taken.stream()
                .filter(each -> each.decision != Decision.ROLLBACK)
                .toList();
        HalfReads.Result result = toRead.isEmpty()
                ? new HalfReads.Result(Map.of(), null)
                : reads.read(room, toRead, OpenTransaction::positions, Long.MAX_VALUE);
        Map<OpenTransaction, List<Read>> whole = new HashMap<>(result.whole());
        for (OpenTransaction each : taken) {
            if (each.decision == Decision.ROLLBACK) {
                List<Read> unread = new ArrayList<>();
                for (long position : each.positions()) {
                    unread.add(new Read(position, null));
                }
                whole.put(each, unread);
            }
        }
        return new HalfReads.Result(whole, result.unreadable());
    }

    /** A dead letter that goes nowhere would be lost, and nobody wanted that. */
    private boolean leadsSomewhere(TransactionalMessages room, OpenTransaction transaction, List<Read> messages) {
        if (transaction.decision != Decision.UNRESOLVED) {
            return true;
        }
        for (Read each : messages) {
            Message message = each.message();
            if (message != null && !delivery.leadsSomewhere(room, message)) {
                if (!nowhereBefore) {
                    LOG.warn(
                            "Half messages that nobody decided about go nowhere, and wait; trying again every {} ms exchange={}",
                            HalfReads.AGAIN_MS,
                            room.exchange());
                }
                nowhereBefore = true;
                return false;
            }
        }
        nowhereBefore = false;
        return true;
    }

    private void carryOut(TransactionalMessages room, OpenTransaction transaction, List<Read> messages) {
        Decision decision = transaction.decision;
        if (decision == null) {
            throw new AssertionError("transaction '" + transaction.id() + "' is not decided");
        }
        long dropped = 0;
        for (Read each : messages) {
            if (decision != Decision.ROLLBACK) {
                Message message = each.message();
                if (message == null) {
                    LOG.error("There is no trace of a half message on the disk exchange={}", room.exchange());
                    dropped++;
                    continue;
                }
                dropped += leave(room, message, decision) == Outcome.DROPPED ? 1 : 0;
            }
            settle(room, each.position());
        }
        settle(room, transaction.decidedAt);
        for (Remembered.Written written : room.done(transaction, decision, dropped)) {
            if (room.hasStore()) {
                delivery.remember(room, written.place(), written.value());
            }
        }
        if (delivery.isFull()) {
            // Others may wait for the keys that it holds.
            flush();
        }
    }

    private Outcome leave(TransactionalMessages room, Message message, Decision decision) {
        return decision == Decision.COMMIT ? delivery.deliver(room, message) : delivery.deadLetter(room, message);
    }

    private void settle(TransactionalMessages room, long position) {
        if (room.hasStore()) {
            delivery.settle(room, position);
        }
    }

    /** What is gathered leaves, now or with the next batch, whatever a queue makes of it. */
    private void flush() {
        try {
            delivery.flush();
        } catch (StoreFailedException e) {
            throw e;
        } catch (RuntimeException | Error bug) {
            LOG.error("A queue could not take messages of a transaction", bug);
        }
    }
}
