package io.leveret.broker.transaction;

import io.leveret.broker.hold.Retries;
import io.leveret.broker.storage.Journal;
import io.leveret.persistence.log.StoreFailedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what transactional exchanges want done, a piece of one of them after a piece of another: reads at the start what the log has,
 * gives a meaning to what comes, carries out what is decided, and asks about what is not. On threads that may block, one at a time.
 */
final class TransactionTasks implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(TransactionTasks.class);

    /** What is on its way to the disk, or from another event loop, is there about then. */
    static final long SOON_MS = 1;

    static final long FULL_MS = 1_000;

    /** So often it is looked whether somebody has put the clock on, or back. */
    private static final long LOOK_MS = 10_000;

    private static final int APPLY_MOST = 1_000;

    private final Transactions all;
    private final Agenda agenda;
    private final @Nullable Journal journal;
    private final TransactionDelivery delivery;
    private final @Nullable TableFill fill;
    private final Gathered gathered;
    private final CarryOut carryOut;
    private final Checks checks;
    private @Nullable Retries turns;
    private boolean full;
    private long lastMs;

    TransactionTasks(Transactions all, Agenda agenda, @Nullable Journal journal, TransactionDelivery delivery) {
        this.all = all;
        this.agenda = agenda;
        this.journal = journal;
        this.delivery = delivery;
        this.fill = journal == null ? null : new TableFill(journal);
        HalfReads reads = new HalfReads();
        this.gathered = new Gathered(delivery);
        Ways ways = new Ways(delivery);
        this.carryOut = new CarryOut(delivery, reads, gathered, ways);
        this.checks = new Checks(delivery, reads, gathered, ways);
    }

    /** To be called before it is run. */
    void start(Retries own) {
        turns = own;
    }

    @Override
    public void run() {
        Retries own = turns;
        if (all.isClosed() || own == null) {
            return;
        }
        long nowMs = all.nowMs();
        if (nowMs < lastMs) {
            all.clockSetBack(nowMs);
        }
        lastMs = nowMs;
        TransactionalMessages room = agenda.take(nowMs);
        if (room != null) {
            agenda.add(room, piece(room, nowMs));
        }
        long nextMs = agenda.firstMs();
        if (nextMs <= nowMs) {
            own.wake();
        } else if (nextMs != Agenda.NEVER) {
            own.wakeAfter(Math.min(nextMs - nowMs, LOOK_MS));
        }
    }

    /** Returns when to look at it again. */
    private long piece(TransactionalMessages room, long nowMs) {
        try {
            return work(room, nowMs);
        } catch (StoreFailedException e) {
            // The virtual host goes down, and comes back with all that was not written down as done.
            all.stop();
            return Agenda.NEVER;
        } catch (RuntimeException | Error bug) {
            gathered.drop(nowMs + FULL_MS);
            LOG.error(
                    "Transactions can't be gone on with, trying again in {} ms exchange={}",
                    FULL_MS,
                    room.exchange(),
                    bug);
            return nowMs + FULL_MS;
        } finally {
            delivery.end();
            room.endRead();
            all.wakePublishers();
        }
    }

    private long work(TransactionalMessages room, long nowMs) {
        long next = nextMs(room, nowMs);
        if (next > nowMs) {
            return next;
        }
        if (!room.isComplete()) {
            if (fill != null) {
                fill.fill(room, nowMs);
            }
            return nextMs(room, nowMs);
        }
        room.apply(below(), APPLY_MOST);
        next = nextMs(room, nowMs);
        if (next > nowMs) {
            return next;
        }
        long waitMs = diskWaitMs();
        if (waitMs > 0) {
            return nowMs + waitMs;
        }
        carryOut.forget(room);
        carryOut.decided(room, nowMs, readable(room));
        forgetExcess();
        checks.due(room, nowMs, readable(room), below());
        return nextMs(room, nowMs);
    }

    /** What was carried out is remembered, for which others may have to be forgotten. */
    private void forgetExcess() {
        long excess = all.rememberedTooMuch();
        TransactionalMessages most = excess == 0 ? null : all.remembersMost();
        while (most != null) {
            carryOut.forgetDecided(most, excess);
            excess = all.rememberedTooMuch();
            most = excess == 0 ? null : all.remembersMost();
        }
    }

    private long nextMs(TransactionalMessages room, long nowMs) {
        return room.nextMs(below(), readable(room), nowMs, nowMs + SOON_MS);
    }

    /** Everything below this position has come to its exchange. */
    private long below() {
        return journal == null ? Long.MAX_VALUE : journal.lowestInFlight();
    }

    /** Everything below this position is on the disk. */
    private long readable(TransactionalMessages room) {
        return journal == null || !room.hasStore()
                ? Long.MAX_VALUE
                : journal.store().durablePosition();
    }

    /** How long to wait for the disk; 0 if it takes something now. */
    private long diskWaitMs() {
        if (journal == null) {
            return 0;
        }
        if (journal.store().isFull()) {
            if (!full) {
                full = true;
                LOG.warn("The disk is full: decisions and checks of transactions wait, trying again in {} ms", FULL_MS);
            }
            return FULL_MS;
        }
        full = false;
        return journal.isBehind() ? SOON_MS : 0;
    }
}
