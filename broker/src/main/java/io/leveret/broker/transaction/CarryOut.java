package io.leveret.broker.transaction;

import io.leveret.broker.hold.Delivery.Outcome;
import io.leveret.broker.hold.Leaving;
import io.leveret.broker.message.Message;
import io.leveret.broker.transaction.HalfReads.Read;
import java.util.ArrayList;
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
    private final Gathered gathered;
    private final Ways ways;
    private final Portion portion = new Portion(MOST);

    CarryOut(TransactionDelivery delivery, HalfReads reads, Gathered gathered, Ways ways) {
        this.delivery = delivery;
        this.reads = reads;
        this.gathered = gathered;
        this.ways = ways;
    }

    /** What means nothing leaves the log: before anything that is carried out and would make it mean something after a crash. */
    void forget(TransactionalMessages room) {
        List<Long> positions = room.dropped();
        if (!positions.isEmpty()) {
            positions.forEach(position -> delivery.settle(room, position));
            gathered.flush();
            room.droppedLeft();
        }
    }

    /** Forgets so many octets of what an exchange remembers, or a part of them. */
    void forgetDecided(TransactionalMessages room, long bytes) {
        // What repeats them would mean something else after a crash.
        forget(room);
        room.forget(bytes, MOST);
        writeForgotten(room);
        gathered.flush();
    }

    private void writeForgotten(TransactionalMessages room) {
        for (Remembered.Written none : room.takeForgotten()) {
            delivery.remember(room, none.place(), none.value());
        }
    }

    void decided(TransactionalMessages room, long nowMs, long readable) {
        int max = portion.take();
        List<OpenTransaction> taken = room.takeDecided(nowMs, () -> readable, max, BYTES_MOST);
        if (!taken.isEmpty()) {
            // One that fails again, and alone, is the one that always does.
            carryOut(room, taken, nowMs, max == 1 ? room.againMs(nowMs) : nowMs + TransactionTasks.FULL_MS);
        }
        portion.wentWell(max);
    }

    private void carryOut(TransactionalMessages room, List<OpenTransaction> taken, long nowMs, long againMs) {
        int next = 0;
        try {
            writeForgotten(room);
            HalfReads.Result read = read(room, taken);
            while (next < taken.size()) {
                goOn(room, taken.get(next), read, nowMs);
                next++;
                if (delivery.isFull()) {
                    // Others may wait for the keys that it holds.
                    gathered.flush();
                }
            }
        } finally {
            // After an error these are to be carried out still; of the others the gathered ones know.
            for (; next < taken.size(); next++) {
                room.again(taken.get(next), againMs);
            }
        }
        gathered.flush();
    }

    private void goOn(TransactionalMessages room, OpenTransaction transaction, HalfReads.Result read, long nowMs) {
        List<Read> messages = read.whole().get(transaction);
        boolean isCut = messages == null && transaction != read.unreadable();
        if (isCut) {
            room.off(transaction, nowMs);
        } else if (messages == null || !carryOut(room, transaction, messages, nowMs)) {
            room.putOff(transaction, room.againMs(nowMs));
        }
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

    /**
     * All that depends on what others declare and delete meanwhile, and what queues take, comes before the first message is gathered. What fails afterwards
     * leaves a part of it gathered, which is to be dropped.
     *
     * @return false if nothing was done
     */
    private boolean carryOut(TransactionalMessages room, OpenTransaction transaction, List<Read> messages, long nowMs) {
        List<Message> there = HalfReads.messages(messages);
        Decision decision = decision(transaction);
        List<Leaving> leaving = decision == Decision.ROLLBACK ? List.of() : ways.find(room, there, decision, nowMs);
        if (leaving == null) {
            return false;
        }
        long dropped = 0;
        if (decision != Decision.ROLLBACK) {
            dropped = (long) messages.size() - there.size();
            if (dropped > 0) {
                LOG.error("There is no trace of {} half messages on the disk exchange={}", dropped, room.exchange());
            }
        }
        dropped += gather(leaving);
        leave(room, transaction, messages, dropped);
        return true;
    }

    /** Returns how many nobody gets. What fails gives up the places of those that are not gathered: of the others the batch knows. */
    private long gather(List<Leaving> leaving) {
        long dropped = 0;
        int gatheredWays = 0;
        try {
            for (; gatheredWays < leaving.size(); gatheredWays++) {
                dropped += leaving.get(gatheredWays).gather() == Outcome.DROPPED ? 1 : 0;
            }
        } finally {
            if (gatheredWays < leaving.size()) {
                ways.giveUp(leaving.subList(gatheredWays + 1, leaving.size()));
            }
        }
        return dropped;
    }

    private void leave(TransactionalMessages room, OpenTransaction transaction, List<Read> messages, long dropped) {
        Decision decision = decision(transaction);
        for (Read each : messages) {
            if (each.message() != null || decision == Decision.ROLLBACK) {
                settle(room, each.position());
            }
        }
        settle(room, transaction.decidedAt);
        Remembered.Coming remembering = room.remembering(transaction);
        delivery.remember(
                room, remembering.written().place(), remembering.written().value());
        gathered.add(room, transaction, () -> room.done(transaction, decision, dropped, remembering));
    }

    private void settle(TransactionalMessages room, long position) {
        if (room.hasStore()) {
            delivery.settle(room, position);
        }
    }

    private static Decision decision(OpenTransaction transaction) {
        Decision decision = transaction.decision;
        if (decision == null) {
            throw new AssertionError("transaction '" + transaction.id() + "' is not decided");
        }
        return decision;
    }
}
