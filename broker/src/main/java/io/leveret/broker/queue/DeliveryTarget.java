package io.leveret.broker.queue;

import io.leveret.amqp.AmqpException;

/**
 * The channel of a consumer, as its queue sees it. The first two methods are called while the queue's lock is held, from
 * any thread: they must neither block nor call a queue.
 */
public interface DeliveryTarget {

    /**
     * Takes room for one delivery to {@code consumer}, if there is any: the connection reads what it is sent, and the
     * limit that the channel's consumers share is not reached. If there is none, the channel activates the consumer
     * again when there is.
     */
    boolean reserve(Consumer consumer);

    /** Takes a delivery into the connection's outbox, in order. */
    void offer(QueueEntry entry);

    /** Called after the lock, once something was offered. */
    void wake();

    /** Shows a delivery to who watches the virtual host, before it is transmitted; likewise. */
    default void trace(QueueEntry entry) {
        // Only what writes to clients has somebody who watches.
    }

    /** Writes the delivery to the connection; on the connection's event loop, called by the outbox. */
    void transmit(QueueEntry entry);

    /** Tells that the queue of this consumer is gone; from any thread, after the lock. */
    void queueDeleted(Consumer consumer);

    /**
     * Tells that the queue of this consumer can't read its next messages, and so has taken it off; likewise.
     *
     * @param why for a client that can't be told otherwise
     */
    void queueUnreadable(Consumer consumer, AmqpException why);
}
