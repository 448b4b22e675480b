package io.leveret.broker.vhost;

import io.leveret.broker.queue.Queue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which targets the present batch brings dead letters to that their queues keep: a letter learns of that once the batch has come there, or would
 * take it for granted that it did. Used by who dead-letters, one at a time.
 */
final class ReachedTargets {

    private final Bursts bursts;
    private final List<Reached> gathered = new ArrayList<>();

    private record Reached(KeptLetter letter, Set<Queue> targets) {}

    ReachedTargets(Bursts bursts) {
        this.bursts = bursts;
    }

    /**
     * A letter was gathered for some.
     *
     * @param targets these, and all that have it from before
     */
    void add(KeptLetter letter, Set<Queue> targets) {
        gathered.add(new Reached(letter, targets));
    }

    /**
     * Brings all that was gathered to its queues.
     *
     * @throws RuntimeException as {@link Bursts#flushRegardless}, or an error: then none has come
     */
    void flush() {
        try {
            bursts.flushRegardless();
            gathered.forEach(each -> each.letter().reached(each.targets()));
        } finally {
            gathered.clear();
        }
    }
}
