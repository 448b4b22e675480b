package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * One message in one queue. It is owned by the queue's lock while it is ready, and by the event loop of the channel that
 * holds it while it is delivered and not settled; the hand-over is through the queue's or the outbox's lock.
 */
public final class QueueEntry {

    private final Queue queue;
    private final Message message;
    private final long position;
    private @Nullable Consumer consumer;
    private boolean redelivered;

    QueueEntry(Queue queue, Message message, long position) {
        this.queue = queue;
        this.message = message;
        this.position = position;
    }

    public Queue queue() {
        return queue;
    }

    public Message message() {
        return message;
    }

    /** The place in the queue's order, kept when the entry is requeued. */
    long position() {
        return position;
    }

    /** The consumer which the entry was last delivered to; null for {@code basic.get}. */
    public @Nullable Consumer consumer() {
        return consumer;
    }

    /** The target of the consumer which the entry was offered to. */
    public DeliveryTarget holder() {
        if (consumer == null) {
            throw new AssertionError("entry was offered to nobody");
        }
        return consumer.target();
    }

    void deliveredTo(@Nullable Consumer consumer) {
        this.consumer = consumer;
    }

    /** Whether an earlier delivery of this entry may have reached a client. */
    public boolean redelivered() {
        return redelivered;
    }

    /** Notes, on the loop that writes it, that a delivery goes out: if the entry returns, the next one is a repetition. */
    public void transmitted() {
        redelivered = true;
    }
}
