package io.leveret.broker.delay;

import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.queue.QueueContext.Timer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Runs one task, one at a time, on threads that may block: when it is woken, and when its time comes. For any thread. */
final class Retries {

    private static final int IDLE = 0;
    private static final int BUSY = 1;

    /** It was woken while it was at it. */
    private static final int AGAIN = 2;

    private final Executor pool;
    private final Timer timer;
    private final Runnable task;
    private final AtomicInteger state = new AtomicInteger(IDLE);

    private @Nullable Cancellable set;

    /** @param task does one piece; what it throws is its own matter */
    Retries(Executor pool, Timer timer, Runnable task) {
        this.pool = pool;
        this.timer = timer;
        this.task = task;
    }

    void wake() {
        int before = state.getAndUpdate(now -> now == IDLE ? BUSY : AGAIN);
        if (before == IDLE) {
            pool.execute(this::run);
        }
    }

    /** Wakes it later; what was set before does not hold any more. */
    synchronized void wakeAfter(long delayMs) {
        if (set != null) {
            set.cancel();
        }
        set = timer.after(Math.max(0, delayMs), this::wake);
    }

    private void run() {
        state.set(BUSY);
        try {
            task.run();
        } finally {
            if (!state.compareAndSet(BUSY, IDLE)) {
                // Others have the thread meanwhile.
                pool.execute(this::run);
            }
        }
    }
}
