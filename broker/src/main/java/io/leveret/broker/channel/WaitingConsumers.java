package io.leveret.broker.channel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.broker.queue.Consumer;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Consumers that were refused a delivery for want of room, until there is some. Queues add to it under their locks, on any
 * thread, and look once more whether there is room before they rely on it; only the loop takes from it.
 */
final class WaitingConsumers {

    /** Null while nobody waits, as nearly always. Volatile so that the loop can look without the lock. */
    @GuardedBy("this")
    private volatile @Nullable Set<Consumer> consumers;

    synchronized void add(Consumer consumer) {
        Set<Consumer> waiting = consumers;
        if (waiting == null) {
            waiting = new LinkedHashSet<>();
            consumers = waiting;
        }
        waiting.add(consumer);
    }

    /** Forgets a consumer that was cancelled. */
    synchronized void remove(Consumer consumer) {
        Set<Consumer> waiting = consumers;
        if (waiting != null) {
            waiting.remove(consumer);
        }
    }

    /** Lets all of them try again. */
    void resume() {
        for (Consumer consumer : take()) {
            if (consumer.parked()) {
                consumer.queue().activate(consumer);
            }
        }
    }

    @SuppressWarnings("GuardedBy") // a look without the lock: who adds at the same time looks for room himself
    private Set<Consumer> take() {
        if (consumers == null) {
            return Set.of();
        }
        synchronized (this) {
            Set<Consumer> taken = consumers;
            consumers = null;
            return taken == null ? Set.of() : taken;
        }
    }
}
