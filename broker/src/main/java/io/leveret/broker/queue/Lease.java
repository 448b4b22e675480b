package io.leveret.broker.queue;

import io.leveret.broker.queue.QueueContext.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * Deletes a queue that nobody has used for the time that {@code x-expires} gives it: to have a consumer is to be used, and so are
 * {@code basic.get} and a declaration. Any thread may use it.
 */
final class Lease {

    private final Queue queue;
    private final QueueContext context;
    private final Runnable onEnd;
    private volatile long usedMs;

    /** Null while it is not set. Guarded by this. */
    private @Nullable Cancellable timer;

    /** @param onEnd deletes the queue, unless it is in use */
    Lease(Queue queue, QueueContext context, Runnable onEnd) {
        this.queue = queue;
        this.context = context;
        this.onEnd = onEnd;
    }

    /** The time begins anew. */
    void used() {
        if (queue.settings().expiresMs() != QueueSettings.NONE) {
            usedMs = context.clock().millis();
            setTimer();
        }
    }

    /** Another time holds from now on, or none: it begins anew. */
    void changed() {
        end();
        used();
    }

    private synchronized void setTimer() {
        if (timer == null && !queue.isDeleted()) {
            long end = usedMs + queue.settings().expiresMs();
            timer = context.timer().after(Math.max(1, end - context.clock().millis()), this::timerCame);
        }
    }

    /** The queue is deleted, or need not be. */
    synchronized void end() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void timerCame() {
        synchronized (this) {
            timer = null;
        }
        if (queue.isDeleted() || queue.settings().expiresMs() == QueueSettings.NONE) {
            return;
        }
        if (queue.hasConsumers()) {
            used();
        } else if (context.clock().millis() < usedMs + queue.settings().expiresMs()) {
            setTimer();
        } else {
            onEnd.run();
        }
    }
}
