package io.leveret.broker.queue;

import org.jspecify.annotations.Nullable;

/** Tells that a queue has given something out, and does so again only when that was taken. Guarded by the queue's lock. */
final class DeliveryNotice {

    final Queue queue;

    /** The one before it among the notices. Theirs alone. */
    @Nullable
    DeliveryNotice before;

    private final @Nullable DeliveryNotices notices;

    private boolean given;
    private boolean told;

    /** @param notices who is told; null for nobody, if nothing of the queue survives a restart */
    DeliveryNotice(Queue queue, @Nullable DeliveryNotices notices) {
        this.queue = queue;
        this.notices = notices;
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
        if (notices != null && !told) {
            told = true;
            notices.add(this);
        }
    }

    void taken() {
        told = false;
        // Or it would keep queues that are deleted since.
        before = null;
    }
}
