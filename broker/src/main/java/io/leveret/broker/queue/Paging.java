package io.leveret.broker.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.amqp.AmqpException;
import io.leveret.broker.queue.Spill.Slot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a queue's messages leave memory and come back: what page-out and refill change, each time one slice under the queue's lock.
 * For threads that hold no queue's lock.
 */
final class Paging {

    private final Queue queue;
    private final OnDisk disk;
    private final PageOut pageOut;

    @GuardedBy("queue")
    private final Stock stock;

    @GuardedBy("queue")
    private final Dispatch dispatch;

    Paging(Queue queue, Stock stock, Dispatch dispatch, OnDisk disk, MemoryBudget budget) {
        this.queue = queue;
        this.stock = stock;
        this.dispatch = dispatch;
        this.disk = disk;
        this.pageOut = new PageOut(this, disk, budget);
    }

    PageOut pageOut() {
        return pageOut;
    }

    /** Drops from memory what the store has; whether there may be more. */
    boolean dropSlice(long inOrder, long readable) {
        synchronized (queue) {
            boolean more = !queue.isDeleted() && stock.drop(inOrder, readable, Queue.SLICE);
            stock.report();
            return more;
        }
    }

    /** Chooses what to spill next. */
    SpillBatch nextSpill(long bound) {
        synchronized (queue) {
            SpillBatch next = stock.nextSpill(bound, Queue.SLICE);
            stock.report();
            return next;
        }
    }

    /** Drops the messages that were spilled; what is returned is to be released. */
    List<Slot> spilled(SpillBatch batch, long bound) {
        synchronized (queue) {
            List<Slot> freed = stock.spilled(batch, bound, 2 * Queue.SLICE);
            stock.report();
            return freed;
        }
    }

    /** What to read now; null if nothing is wanted any more. */
    @Nullable
    Load nextLoad() {
        synchronized (queue) {
            return dispatch.nextLoad();
        }
    }

    /**
     * Takes in what was read, and gives it to who waits for it. Blocks when something is not needed on the disk any more.
     *
     * @return how many entries turned out to be nowhere
     */
    long loaded(Load load, Load.Read read) {
        Wakes wakes = new Wakes();
        List<Slot> freed = new ArrayList<>();
        long missing = 0;
        synchronized (queue) {
            dispatch.readEnded(wakes);
            if (load instanceof Load.OfExcess excess && !read.listed().isEmpty()) {
                dispatch.dropUnread(excess, read.listed(), wakes);
            } else {
                missing = stock.loaded(load instanceof Load.OfExcess excess ? excess.otherwise() : load, read, freed);
            }
            dispatch.deliver(wakes);
        }
        wakes.run();
        if (disk.spill() != null) {
            disk.spill().release(freed);
        }
        // A consumer may take much and settle nothing.
        pageOut.ifShort();
        return missing;
    }

    /** Notes that a read failed: who waits for it learns so, now or when what was read before has gone out. */
    ReadFailure readFailed(AmqpException why) {
        Wakes wakes = new Wakes();
        ReadFailure failure;
        synchronized (queue) {
            failure = dispatch.readFailed(why, wakes);
        }
        wakes.run();
        return failure;
    }

    /** Whether a read that failed is to be done again; then it counts as under way. */
    boolean retriesRead(ReadFailure failure) {
        synchronized (queue) {
            return dispatch.retriesRead(failure);
        }
    }
}
