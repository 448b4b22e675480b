package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one read burst of a connection brings to one queue: messages and acknowledgements, gathered so that they cross the
 * queue's lock together. Owned by the connection's event loop and used again for every burst.
 */
public final class QueueBurst {

    /** Arrays that a large burst made grow are not kept beyond this. */
    private static final int KEPT = 1024;

    private static final int NOT_STORED = -1;

    private final Queue queue;
    private Message[] messages = new Message[4];
    private int messageCount;
    /** For each message its place in the batch that stores it, -1 for none; null while that is so for all. */
    private int @Nullable [] stored;

    private int firstStored = NOT_STORED;
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

    /** Adds a message that is in memory only. */
    public void publish(Message message) {
        add(message, NOT_STORED);
    }

    /**
     * Adds a message that is stored.
     *
     * @param index of the publish in the batch, which is appended before the burst is flushed
     */
    public void publish(Message message, int index) {
        if (stored == null) {
            stored = new int[messages.length];
            Arrays.fill(stored, NOT_STORED);
        }
        if (firstStored == NOT_STORED) {
            firstStored = index;
        }
        add(message, index);
    }

    private void add(Message message, int index) {
        if (messageCount == messages.length) {
            grow();
        }
        if (stored != null) {
            stored[messageCount] = index;
        }
        messages[messageCount++] = message;
    }

    private void grow() {
        messages = Arrays.copyOf(messages, messageCount * 2);
        if (stored != null) {
            stored = Arrays.copyOf(stored, messages.length);
        }
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

    boolean hasStored() {
        return firstStored != NOT_STORED;
    }

    /** The index of the first stored message in its batch. */
    int firstStored() {
        return firstStored;
    }

    /** The index of a message in its batch, -1 if it is not stored. */
    int stored(int index) {
        return stored == null ? NOT_STORED : stored[index];
    }

    int settledCount() {
        return settledCount;
    }

    QueueEntry settled(int index) {
        return settled[index];
    }

    /** Brings everything to the queue and is empty afterwards. Nothing in it is to be stored. */
    public void flush() {
        flush(0);
    }

    /**
     * Brings everything to the queue and is empty afterwards, also if that failed: what was taken must not come twice.
     *
     * @param firstPosition the position of the first publish of the batch in which the stored messages were appended
     */
    public void flush(long firstPosition) {
        try {
            queue.accept(this, firstPosition);
        } finally {
            clear();
        }
    }

    /** Forgets everything: what was to be stored with it could not be. */
    public void drop() {
        clear();
    }

    private void clear() {
        Arrays.fill(messages, 0, messageCount, null);
        Arrays.fill(settled, 0, settledCount, null);
        messageCount = 0;
        settledCount = 0;
        firstStored = NOT_STORED;
        if (messages.length > KEPT) {
            messages = new Message[4];
            stored = null;
        }
        if (settled.length > KEPT) {
            settled = new QueueEntry[4];
        }
    }
}
