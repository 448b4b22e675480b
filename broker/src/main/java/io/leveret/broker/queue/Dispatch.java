package io.leveret.broker.queue;

import io.leveret.amqp.AmqpException;
import org.jspecify.annotations.Nullable;

/**
 * Brings a queue's stock and its consumers together: who has credit gets what is first, and what will be missed soon is read
 * ahead. Guarded by the queue's lock.
 */
final class Dispatch {

    /** How many deliveries at a time: more than one connection's outbox takes. */
    static final int SLICE = 4000;

    private static final int NOBODY = -1;

    private final Stock stock;
    private final ConsumerRing consumers;
    private final Departures departures;
    private final Refill refill;

    Dispatch(Stock stock, ConsumerRing consumers, Departures departures, Refill refill) {
        this.stock = stock;
        this.consumers = consumers;
        this.departures = departures;
        this.refill = refill;
    }

    /** Gives out what may be given out, once what must leave has left. */
    void deliver(Wakes wakes) {
        deliver(departures.expire(wakes), 0, wakes);
    }

    /**
     * Gives out what may be given out.
     *
     * @param late whether entries that have expired may be among the others
     * @param arrived with so many new ones more may leave than otherwise in one hold of the lock
     */
    void deliver(boolean late, int arrived, Wakes wakes) {
        if (deliverReady(late, Math.max(SLICE, arrived), wakes)) {
            // Consumers whose connections write as fast as this offers may take a whole backlog: others have the lock
            // meanwhile.
            departures.goOnSoon(wakes);
        } else {
            // Not before: what a consumer takes at once is none too many.
            departures.dropExcess(Math.max(Queue.SLICE, arrived), wakes);
        }
        settleAccounts(wakes);
    }

    /** Takes in what a burst brings. What a consumer waits for, and nothing stands before, is given out without becoming ready first. */
    void takeIn(QueueBurst burst, long firstPosition, Wakes wakes) {
        stock.begin(burst, firstPosition);
        int passed = 0;
        try {
            boolean pass = stock.letsPass(burst);
            while (pass && passed < burst.messageCount()) {
                // Before a consumer's credit is taken, which nobody would give back if there were no memory for it.
                QueueEntry entry = stock.entryToPass(burst, passed);
                Consumer consumer = consumers.next();
                if (consumer == null) {
                    break;
                }
                stock.pass(entry, consumer.noAck());
                passed++;
                give(entry, consumer, wakes);
            }
        } finally {
            // Also when memory has run out: the rest is in the queue all the same.
            stock.add(burst, passed);
        }
    }

    private static void give(QueueEntry entry, Consumer consumer, Wakes wakes) {
        entry.deliveredTo(consumer);
        consumer.target().offer(entry);
        wakes.add(consumer.target());
    }

    /** Whether there may be more to give out than {@code max}. */
    private boolean deliverReady(boolean late, int max, Wakes wakes) {
        int left = max;
        for (EntryChunks run = stock.run(); run != null && !run.isEmpty(); run = stock.run()) {
            left = deliverRun(run, left, wakes);
            if (left <= 0) {
                return left == 0;
            }
        }
        for (QueueEntry next = next(late); next != null; next = next(late)) {
            if (left-- == 0) {
                return true;
            }
            Consumer consumer = consumers.next();
            if (consumer == null) {
                break;
            }
            stock.take(next, consumer.noAck());
            give(next, consumer, wakes);
        }
        return false;
    }

    /**
     * Gives out what can be given out with no look at anything else: nearly always all.
     *
     * @return how many more may be; {@link #NOBODY} if no consumer has credit
     */
    private int deliverRun(EntryChunks run, int max, Wakes wakes) {
        int left = max;
        for (; left > 0 && !run.isEmpty(); left--) {
            Consumer consumer = consumers.next();
            if (consumer == null) {
                return NOBODY;
            }
            give(stock.takeFrom(run, consumer.noAck()), consumer, wakes);
        }
        return left;
    }

    /** What may be given out now; null if nothing may. */
    private @Nullable QueueEntry next(boolean late) {
        QueueEntry next = stock.next();
        return late && next != null && departures.isExpired(next) ? null : next;
    }

    /** Gives the credit back that what a burst settles took. */
    void releaseSettled(QueueBurst burst) {
        for (int i = 0; i < burst.settledCount(); i++) {
            release(burst.settled(i));
        }
        stock.settled(burst);
    }

    /** Gives the credit back that a delivered entry took. */
    void release(QueueEntry entry) {
        stock.release(entry);
        Consumer consumer = entry.consumer();
        if (consumer == null || consumer.noAck()) {
            return;
        }
        consumer.settled();
        if (consumer.parked() && !consumer.cancelled()) {
            consumers.activate(consumer);
        }
    }

    /** @throws AmqpException internal error, if the next entry is there and can't be read */
    void requireReadable() {
        ReadFailure failure = refill.failure();
        if (failure != null && stock.next() == null && !stock.isEmpty()) {
            throw failure.answer();
        }
    }

    /** {@code basic.get}. */
    Got get(boolean noAck, boolean late, Runnable whenRead, Wakes wakes) {
        requireReadable();
        Got got = Got.NOTHING;
        QueueEntry next = next(late);
        if (next != null) {
            stock.take(next, noAck);
            got = new Got(next, false, stock.readyCount());
        } else if (!stock.isEmpty()) {
            refill.await(whenRead);
            got = Got.LATER;
        }
        settleAccounts(wakes);
        return got;
    }

    /**
     * What every change ends with: the budget learns of it, the timer is set, who waits is told, and what will be missed is
     * asked for.
     */
    void settleAccounts(Wakes wakes) {
        stock.report();
        departures.setTimer();
        if (!refill.isIdle()) {
            attend(wakes);
        }
        if (stock.wantsLoad() && isWanted()) {
            refill.ask(wakes);
        }
    }

    /** Who waits for a read learns what came of it. */
    private void attend(Wakes wakes) {
        ReadFailure failure = refill.failure();
        if (failure != null) {
            heed(failure, refill, wakes);
        }
        if (refill.isAwaited() && (stock.isEmpty() || next(true) != null)) {
            refill.tell(wakes);
        }
    }

    /** What was read before goes out first. Then nobody is kept waiting for what may never come. */
    private void heed(ReadFailure failure, Refill failed, Wakes wakes) {
        if (stock.isEmpty()) {
            // What could not be read was purged.
            failed.forgive();
        } else if (stock.next() == null) {
            failed.tell(wakes);
            for (Consumer consumer : consumers.removeAll()) {
                consumer.cancel();
                wakes.afterwards(() -> consumer.target().queueUnreadable(consumer, failure.answer()));
            }
        }
    }

    /** What to read now; null if nothing is wanted any more. */
    @Nullable
    Load nextLoad() {
        Load load = isWanted() ? stock.nextLoad() : null;
        if (load == null) {
            refill.needless();
        }
        return load;
    }

    /** Notes that a read failed. */
    ReadFailure readFailed(AmqpException why, Wakes wakes) {
        ReadFailure failure = refill.failed(why);
        settleAccounts(wakes);
        return failure;
    }

    boolean retriesRead(ReadFailure failure) {
        return refill.retries(failure);
    }

    /** Notes that a read worked, so that another one may be asked for. */
    void readEnded(Wakes wakes) {
        refill.worked(wakes);
    }

    /** Whether somebody is there to take entries, or nobody can be until a read works; or whether some have to leave. */
    private boolean isWanted() {
        return !consumers.isEmpty() || refill.isAwaited() || refill.failure() != null || departures.hasExcess();
    }
}
