package io.leveret.broker.queue;

import io.leveret.broker.queue.SlowQueue.SlowConsumer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which consumer of a queue is its single active one, told as plainly as possible: all others wait in a list that is sorted anew for
 * each choice. These are RabbitMQ's rules, in which a quorum queue's active consumer gives way and a classic queue's does not.
 */
final class SlowSingle {

    private final boolean quorum;
    private final List<SlowConsumer> waiting = new ArrayList<>();
    private @Nullable SlowConsumer active;

    /** It gets nothing more, and waits with the others once it has settled all. */
    private boolean quiescing;

    SlowSingle(boolean quorum) {
        this.quorum = quorum;
    }

    void added(SlowConsumer consumer) {
        waiting.add(consumer);
        activate();
    }

    void removed(SlowConsumer consumer) {
        waiting.remove(consumer);
        if (consumer == active) {
            active = null;
        }
        activate();
    }

    /** Somebody has settled something, or it has returned. */
    void settled() {
        if (active != null && quiescing && active.inFlight == 0) {
            waiting.add(active);
            active = null;
        }
        activate();
    }

    private void activate() {
        SlowConsumer next = waiting.stream().min(order()).orElse(null);
        if (active == null) {
            take(next);
        } else if (quorum && next != null && next.options.priority() > active.options.priority()) {
            if (active.inFlight > 0) {
                quiescing = true;
            } else {
                waiting.add(active);
                take(next);
            }
        }
    }

    private Comparator<SlowConsumer> order() {
        return Comparator.comparingLong((SlowConsumer consumer) -> -consumer.options.priority())
                .thenComparingInt(consumer -> quorum ? -consumer.options.prefetch() : 0)
                .thenComparingLong(consumer -> consumer.came);
    }

    private void take(@Nullable SlowConsumer next) {
        waiting.remove(next);
        active = next;
        quiescing = false;
    }

    /** Whether it is the active one, be it that it gives way. */
    boolean isActive(SlowConsumer consumer) {
        return consumer == active;
    }

    /** Who gets what is next, if it has credit; null if nobody does. */
    @Nullable
    SlowConsumer taker() {
        return quiescing ? null : active;
    }
}
