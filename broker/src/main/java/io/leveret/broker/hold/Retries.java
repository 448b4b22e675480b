package io.leveret.broker.hold;

import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.queue.QueueContext.Timer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Runs one task, one at a time, on threads that may block: when it is woken, and when its time comes. For any thread. */
public final class Retries {

    private static final int IDLE = 0;
    private static final int BUSY = 1;

    /** It was woken while it was at it. */
    private static final int AGAIN = 2;

    private final Executor pool;
    private final Timer timer;
    private final LongSupplier nowMs;
    private final Runnable task;
    private final AtomicInteger state = new AtomicInteger(IDLE);

    // What follows is guarded by this.
    private @Nullable Cancellable set;
    private long setAtMs;
    /** Of what was set last: one that fires late does not speak for another. */
    private long setNumber;

    private boolean closed;

    /** @param task does one piece; what it throws is its own matter */
    public Retries(Executor pool, Timer timer, LongSupplier nowMs, Runnable task) {
        this.pool = pool;
        this.timer = timer;
        this.nowMs = nowMs;
        this.task = task;
    }

    public void wake() {
        int before = state.getAndUpdate(now -> now == IDLE ? BUSY : AGAIN);
        if (before == IDLE) {
            pool.execute(this::run);
        }
    }

    /**
     * Wakes it later, or earlier if that was asked for before: who asks does not know what others decided meanwhile, and to wake
     * once too often does no harm.
     */
    public synchronized void wakeAfter(long delayMs) {
        long now = nowMs.getAsLong();
        long atMs = now + Math.max(0, delayMs);
        Cancellable before = set;
        if (closed || (before != null && setAtMs > now && setAtMs <= atMs)) {
            return;
        }
        boolean overdue = before != null && setAtMs <= now;
        if (before != null) {
            before.cancel();
        }
        long number = ++setNumber;
        // What should have fired is made up for: the clock may have been put forward.
        setAtMs = overdue ? now : atMs;
        set = timer.after(setAtMs - now, () -> fire(number));
    }

    private void fire(long number) {
        synchronized (this) {
            if (number == setNumber) {
                set = null;
            }
            if (closed) {
                return;
            }
        }
        wake();
    }

    /** Wakes it no more by itself. */
    public synchronized void close() {
        closed = true;
        if (set != null) {
            set.cancel();
            set = null;
        }
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
