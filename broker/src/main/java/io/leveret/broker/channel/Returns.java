package io.leveret.broker.channel;

import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueEntry;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Deliveries on their way back to their queues, gathered over everything that returns together (a channel, a whole
 * connection), so that each queue gets its own in order.
 */
public final class Returns {

    private final IdentityHashMap<Queue, List<QueueEntry>> byQueue = new IdentityHashMap<>();

    void add(QueueEntry entry) {
        byQueue.computeIfAbsent(entry.queue(), queue -> new ArrayList<>()).add(entry);
    }

    void moveTo(Returns other) {
        byQueue.values().forEach(entries -> entries.forEach(other::add));
        byQueue.clear();
    }

    public void requeue() {
        byQueue.forEach(Queue::requeue);
        byQueue.clear();
    }
}
