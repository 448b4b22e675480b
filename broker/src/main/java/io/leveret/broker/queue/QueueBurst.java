package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import java.util.Arrays;

/**
 * What one read burst of a connection brings to one queue: messages and acknowledgements, gathered so that they cross the
 * queue's lock together. Owned by the connection's event loop and used again for every burst.
 */
public final class QueueBurst {

    /** Arrays that a large burst made grow are not kept beyond this. */
    private static final int KEPT = 1024;

    private final Queue queue;
    private Message[] messages = new Message[4];
    private int messageCount;
    private QueueEntry[] settled = new QueueEntry[4];
    private int settledCount;

    public QueueBurst(Queue queue) {
        this.queue = queue;
    }

    public Queue queue() {
        return queue;
    }

    public boolean isEmpty() {
        return messageCount == 0 && settledCount == 0;
    }

    public void publish(Message message) {
        if (messageCount == messages.length) {
            messages = Arrays.copyOf(messages, messageCount * 2);
        }
        messages[messageCount++] = message;
    }

    /** Notes an entry which leaves the queue for good. */
    public void settle(QueueEntry entry) {
        if (settledCount == settled.length) {
            settled = Arrays.copyOf(settled, settledCount * 2);
        }
        settled[settledCount++] = entry;
    }

    int messageCount() {
        return messageCount;
    }

    Message message(int index) {
        return messages[index];
    }

    int settledCount() {
        return settledCount;
    }

    QueueEntry settled(int index) {
        return settled[index];
    }

    /** Brings everything to the queue and is empty afterwards, also if that failed: what was taken must not come twice. */
    public void flush() {
        try {
            queue.accept(this);
        } finally {
            clear();
        }
    }

    private void clear() {
        Arrays.fill(messages, 0, messageCount, null);
        Arrays.fill(settled, 0, settledCount, null);
        messageCount = 0;
        settledCount = 0;
        if (messages.length > KEPT) {
            messages = new Message[4];
        }
        if (settled.length > KEPT) {
            settled = new QueueEntry[4];
        }
    }
}
