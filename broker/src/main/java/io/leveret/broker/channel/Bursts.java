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

    private static final int MAX_MESSAGES = 4096;

    private final IdentityHashMap<Queue, QueueBurst> byQueue = new IdentityHashMap<>(2);
    private final List<QueueBurst> waiting = new ArrayList<>(2);
    private int messages;
    private long generation;

    /** Changes when bursts that were handed out before must not be used any more. */
    long generation() {
        return generation;
    }

    /** The burst of a queue, good for as long as {@link #generation} stays. */
    QueueBurst of(Queue queue) {
        return byQueue.computeIfAbsent(queue, QueueBurst::new);
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

    /** Brings everything gathered to its queues. */
    public void flush() {
        for (int i = 0; i < waiting.size(); i++) {
            waiting.get(i).flush();
        }
        waiting.clear();
        messages = 0;
        if (byQueue.size() > REMEMBERED) {
            byQueue.clear();
            generation++;
        }
    }
}
