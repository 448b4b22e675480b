package io.leveret.broker.vhost;

import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import java.util.IdentityHashMap;

/** The bursts of one connection's queues, each used again as long as it is remembered. Of who has the {@link Bursts}. */
final class BurstsByQueue {

    /** With more in use than this they are looked up again now and then. */
    private static final int REMEMBERED = 1024;

    /** Fewer are not looked through for deleted ones. */
    private static final int FEW = 16;

    private final IdentityHashMap<Queue, QueueBurst> byQueue = new IdentityHashMap<>(2);
    private long generation;

    /** With so many those are forgotten whose queues were deleted meanwhile. */
    private int sweepAt = FEW;

    /** Changes when bursts that were handed out before must not be used any more. */
    long generation() {
        return generation;
    }

    /** The burst of a queue, good for as long as {@link #generation} stays. */
    QueueBurst of(Queue queue) {
        return byQueue.computeIfAbsent(queue, QueueBurst::new);
    }

    int size() {
        return byQueue.size();
    }

    /** All are empty, and what they have asked for does not come. */
    void giveUp() {
        byQueue.values().forEach(QueueBurst::giveUp);
    }

    /** Forgets some if there are many, all of which are empty. So deleted queues never outnumber the others by more than a few, for little. */
    void sweep() {
        if (byQueue.size() <= sweepAt) {
            return;
        }
        byQueue.keySet().removeIf(Queue::isDeleted);
        if (byQueue.size() > REMEMBERED) {
            byQueue.clear();
        }
        sweepAt = Math.max(FEW, Math.min(REMEMBERED, 2 * byQueue.size()));
        generation++;
    }
}
