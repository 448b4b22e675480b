package io.leveret.broker.queue;

import io.leveret.broker.queue.QueueContext.Deliveries;
import org.jspecify.annotations.Nullable;

/** Tells that a queue has given something out, and does so again only when it was asked how far. Guarded by the queue's lock. */
final class DeliveryNotice {

    private final Queue queue;
    private final @Nullable Deliveries deliveries;

    private boolean given;
    private boolean told;

    /** @param deliveries who is told; null for nobody, if nothing of the queue survives a restart */
    DeliveryNotice(Queue queue, @Nullable Deliveries deliveries) {
        this.queue = queue;
        this.deliveries = deliveries;
    }

    /** Something is given out; {@link #tell} follows in the same hold of the lock. */
    void given() {
        given = true;
    }

    void tell() {
        if (given) {
            given = false;
            tellGiven();
        }
    }

    private void tellGiven() {
        if (deliveries != null && !told) {
            told = true;
            deliveries.delivered(queue);
        }
    }

    void asked() {
        told = false;
    }
}
