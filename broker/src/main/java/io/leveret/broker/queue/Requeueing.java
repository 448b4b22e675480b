package io.leveret.broker.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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

    Requeueing(Queue queue, Stock stock, Dispatch dispatch, Departures departures) {
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
