package io.leveret.broker.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Takes back what a queue has given out. For threads that hold no queue's lock. */
final class Requeueing {

    private final Queue queue;

    @GuardedBy("queue")
    private final Stock stock;

    @GuardedBy("queue")
    private final Dispatch dispatch;

    @GuardedBy("queue")
    private final Departures departures;

    private final InstantSource clock;

    Requeueing(Queue queue, Stock stock, Dispatch dispatch, Departures departures, InstantSource clock) {
        this.clock = clock;
        this.queue = queue;
        this.stock = stock;
        this.dispatch = dispatch;
        this.departures = departures;
    }

    void requeue(List<QueueEntry> entries) {
        List<QueueEntry> inOrder = new ArrayList<>(entries);
        if (!queue.priorities().returnedFirst()) {
            inOrder.sort(QueueEntry::compare);
        }
        for (int from = 0; from < inOrder.size(); from += Queue.SLICE) {
            requeueSlice(inOrder.subList(from, Math.min(from + Queue.SLICE, inOrder.size())));
        }
    }

    /**
     * What a burst was to settle, or reject, is not, and nobody else has it: the log will never know of that. What had no acknowledgement to come
     * has left all the same, as its client has it; what the log has of it is back after a restart.
     */
    void giveBack(QueueBurst dropped) {
        List<QueueEntry> back = new ArrayList<>(dropped.rejected());
        synchronized (queue) {
            if (queue.isDeleted()) {
                return;
            }
            for (int i = 0; i < dropped.settledCount(); i++) {
                QueueEntry entry = dropped.settled(i);
                if (entry.unacked()) {
                    back.add(entry);
                } else {
                    dispatch.release(entry);
                    stock.left(entry);
                }
            }
            stock.report();
        }
        back.forEach(entry -> entry.returns(false, clock));
        requeue(back);
    }

    private void requeueSlice(List<QueueEntry> entries) {
        Wakes wakes = new Wakes();
        synchronized (queue) {
            if (queue.isDeleted()) {
                return;
            }
            for (QueueEntry entry : entries) {
                dispatch.release(entry);
                entry.deliveredTo(null);
                if (!departures.leaveIfSpent(entry, wakes)) {
                    stock.putBack(entry);
                }
            }
            dispatch.deliver(wakes);
        }
        wakes.run();
    }
}
