package io.leveret.broker.queue;

/**
 * Has a queue go on that waits for memory, which nobody tells when there is some: it looks again after a pause. Guarded by the queue's
 * lock.
 */
final class MemoryWait {

    /** As often as the memory budget asks queues to drop what they can. */
    static final long PAUSE_MS = 100;

    private final Queue queue;
    private final QueueContext.Timer timer;

    /** Whether the timer is set. */
    private boolean pending;

    MemoryWait(Queue queue, QueueContext.Timer timer) {
        this.queue = queue;
        this.timer = timer;
    }

    /** Looks again later, if it is not to do so already. */
    void lookAgain() {
        if (!pending) {
            pending = true;
            timer.after(PAUSE_MS, this::look);
        }
    }

    private void look() {
        synchronized (queue) {
            pending = false;
        }
        queue.expireDue();
    }
}
