package io.leveret.broker.queue;

/**
 * Deletes a queue that nobody has used for the time that {@code x-expires} gives it: to have a consumer is to be used, and so are
 * {@code basic.get} and a declaration. Any thread may use it.
 */
final class Lease {

    private final Queue queue;
    private final QueueContext context;
    private final Runnable onEnd;
    private volatile long usedMs;

    /** For when the timer is set; {@link QueueSettings#NONE} if it is not. Guarded by this. */
    private long timerMs = QueueSettings.NONE;

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

    private synchronized void setTimer() {
        long end = usedMs + queue.settings().expiresMs();
        if (end < timerMs) {
            timerMs = end;
            context.timer().after(Math.max(1, end - context.clock().millis()), this::timerCame);
        }
    }

    private void timerCame() {
        synchronized (this) {
            timerMs = QueueSettings.NONE;
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
