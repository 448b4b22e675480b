package io.leveret.broker.vhost;

import io.leveret.broker.queue.Departure;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A dead letter that its queue keeps. Used by who dead-letters, one at a time. */
final class KeptLetter {

    private Departure departure;

    /** The targets that have it. */
    private Set<Queue> reached = Set.of();

    /** Counts the message as long as it is in memory; null if it is not. */
    private @Nullable MemoryBudget held;

    private boolean failureTold;

    KeptLetter(Departure departure) {
        this.departure = departure;
    }

    Departure departure() {
        return departure;
    }

    Set<Queue> reached() {
        return reached;
    }

    void reached(Set<Queue> now) {
        reached = now;
    }

    /** Keeps the message in memory until {@link #release}. */
    void hold(MemoryBudget budget) {
        budget.departed(departure);
        held = budget;
    }

    /** Whether nobody needs the message in memory: the store can be asked for it, or nobody wants it. */
    boolean needsNoMessage() {
        Queue queue = departure.queue();
        return queue.isDeleted() || queue.canRead(departure);
    }

    void release() {
        if (held != null) {
            held.processed(departure);
            held = null;
        }
        departure = departure.inStore();
    }

    boolean isHeld() {
        return held != null;
    }

    /** True once. */
    boolean tellsFailure() {
        boolean first = !failureTold;
        failureTold = true;
        return first;
    }
}
