package io.leveret.broker.queue;

import org.jspecify.annotations.Nullable;

/**
 * Brings a queue's stock and its consumers together: who has credit gets what is first, and what will be missed soon is read
 * ahead. Guarded by the queue's lock.
 */
final class Dispatch {

    private final Stock stock;
    private final ConsumerRing consumers;
    private final @Nullable Refill refill;

    /** @param refill null if nothing of the stock is ever on the disk only */
    Dispatch(Stock stock, ConsumerRing consumers, @Nullable Refill refill) {
        this.stock = stock;
        this.consumers = consumers;
        this.refill = refill;
    }

    void deliverReady(Wakes wakes) {
        while (stock.hasNext()) {
            Consumer consumer = consumers.next();
            if (consumer == null) {
                break;
            }
            QueueEntry entry = stock.take(consumer.noAck());
            entry.deliveredTo(consumer);
            consumer.target().offer(entry);
            wakes.add(consumer.target());
        }
        settleAccounts(wakes);
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

    /** {@code basic.get}. */
    Got get(boolean noAck, Runnable whenRead, Wakes wakes) {
        Got got = Got.NOTHING;
        if (stock.hasNext()) {
            QueueEntry entry = stock.take(noAck);
            got = new Got(entry, false, stock.readyCount());
        } else if (refill != null && !stock.isEmpty()) {
            refill.await(whenRead);
            got = Got.LATER;
        }
        settleAccounts(wakes);
        return got;
    }

    /** What every change ends with: the budget learns of it, who waits is told, and what will be missed is asked for. */
    void settleAccounts(Wakes wakes) {
        stock.report();
        if (refill == null) {
            return;
        }
        if (stock.hasNext() || stock.isEmpty()) {
            refill.tell(wakes);
        }
        if (isWanted() && stock.wantsLoad()) {
            refill.ask(wakes);
        }
    }

    /** What to read now; null if nothing is wanted any more. */
    @Nullable
    Load nextLoad() {
        Load load = isWanted() ? stock.nextLoad() : null;
        if (load == null) {
            readEnded();
        }
        return load;
    }

    /** Notes that no read is under way, so that another one may be asked for. */
    void readEnded() {
        if (refill != null) {
            refill.ended();
        }
    }

    /** Whether somebody is there to take entries. */
    private boolean isWanted() {
        return !consumers.isEmpty() || (refill != null && refill.isAwaited());
    }
}
