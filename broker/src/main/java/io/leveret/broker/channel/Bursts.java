package io.leveret.broker.channel;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueEntry;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * What one connection's read burst brings to queues, gathered per queue so that all of it crosses a queue's lock at once.
 * Owned by the connection's event loop.
 */
public final class Bursts {

    /** How many queues a connection remembers; with more in use than this they are looked up again now and then. */
    private static final int REMEMBERED = 1024;

    /** Fewer are not looked through for deleted ones. */
    private static final int FEW = 16;

    private static final int MAX_MESSAGES = 4096;

    private final IdentityHashMap<Queue, QueueBurst> byQueue = new IdentityHashMap<>(2);
    private final List<QueueBurst> waiting = new ArrayList<>(2);
    private int messages;
    private long generation;
    /** With so many queues remembered, those deleted meanwhile are forgotten. */
    private int sweepAt = FEW;

    /** Changes when bursts that were handed out before must not be used any more. */
    long generation() {
        return generation;
    }

    /** The burst of a queue, good for as long as {@link #generation} stays. */
    QueueBurst of(Queue queue) {
        return byQueue.computeIfAbsent(queue, QueueBurst::new);
    }

    int remembered() {
        return byQueue.size();
    }

    void publish(QueueBurst burst, Message message) {
        if (burst.isEmpty()) {
            waiting.add(burst);
        }
        burst.publish(message);
        messages++;
    }

    void settle(QueueEntry entry) {
        QueueBurst burst = of(entry.queue());
        if (burst.isEmpty()) {
            waiting.add(burst);
        }
        burst.settle(entry);
    }

    boolean isFull() {
        return messages >= MAX_MESSAGES;
    }

    /** Brings everything gathered to its queues. If one fails, the others are left for the next flush, and it is not. */
    public void flush() {
        int flushed = 0;
        try {
            while (flushed < waiting.size()) {
                waiting.get(flushed++).flush();
            }
        } finally {
            forget(flushed);
        }
        messages = 0;
        if (byQueue.size() > sweepAt) {
            sweep();
        }
    }

    private void forget(int flushed) {
        if (flushed == waiting.size()) {
            waiting.clear();
        } else {
            waiting.subList(0, flushed).clear();
        }
    }

    /** So deleted queues never outnumber the others by more than a few, and looking for them costs little. */
    private void sweep() {
        byQueue.keySet().removeIf(Queue::isDeleted);
        if (byQueue.size() > REMEMBERED) {
            byQueue.clear();
        }
        sweepAt = Math.max(FEW, Math.min(REMEMBERED, 2 * byQueue.size()));
        generation++;
    }
}
