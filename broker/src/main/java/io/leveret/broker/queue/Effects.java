package io.leveret.broker.queue;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What must happen outside a queue because of something inside it: collected under the queue's lock, run after it, in
 * order, by one thread at a time. A thread that finds another one at it leaves its effects to that one, so effects which
 * cause further effects neither nest nor overtake.
 */
final class Effects {

    private final Object lock;
    private final ArrayDeque<Runnable> pending = new ArrayDeque<>(1);
    private boolean running;

    Effects(Object lock) {
        this.lock = lock;
    }

    /** The caller holds the lock. */
    void add(Runnable effect) {
        pending.add(effect);
    }

    /** The caller does not hold the lock. If an effect fails, those after it wait for the next run. */
    void run() {
        Runnable effect = first();
        try {
            while (effect != null) {
                effect.run();
                effect = next();
            }
        } finally {
            if (effect != null) {
                stop();
            }
        }
    }

    private @Nullable Runnable first() {
        synchronized (lock) {
            if (running || pending.isEmpty()) {
                return null;
            }
            running = true;
            return pending.poll();
        }
    }

    private @Nullable Runnable next() {
        synchronized (lock) {
            Runnable effect = pending.poll();
            running = effect != null;
            return effect;
        }
    }

    private void stop() {
        synchronized (lock) {
            running = false;
        }
    }
}
