package io.leveret.broker.vhost;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Departure;
import io.leveret.broker.queue.Departure.Reason;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead letters of queues that keep them until all their targets have them ({@code x-dead-letter-strategy=at-least-once}), and
 * have not brought them there yet: the exchange is missing, or nothing is bound to it, or a target refuses. The store has them, so
 * that only their places are in memory once it can read them. Used by who dead-letters, one at a time.
 */
final class KeptLetters {

    private static final Logger LOG = LoggerFactory.getLogger(KeptLetters.class);

    /** A target that is full now and then need not be told of each time. */
    private static final long WARNED_MS = 600_000;

    private final DeadLetterRoutes routes;
    private final Bursts bursts;
    private final ReachedTargets targets;
    private final MemoryBudget budget;
    private final InstantSource clock;

    private final Map<Queue, KeptOfQueue> byQueue = new IdentityHashMap<>();

    /** The same, those first which were not retried for longest. */
    private final ArrayDeque<KeptOfQueue> inTurn = new ArrayDeque<>();

    /** Those that were not durable when they came: before that no read finds them, so they keep their messages. */
    private final List<KeptLetter> fresh = new ArrayList<>();

    private final Map<Queue, Long> warnedAtMs = new IdentityHashMap<>();

    /** @param targets of the same bursts */
    KeptLetters(
            DeadLetterRoutes routes, Bursts bursts, ReachedTargets targets, MemoryBudget budget, InstantSource clock) {
        this.routes = routes;
        this.bursts = bursts;
        this.targets = targets;
        this.budget = budget;
        this.clock = clock;
    }

    boolean isEmpty() {
        return byQueue.isEmpty() && fresh.isEmpty();
    }

    /** Takes what has left its queue. True if it is where it belongs, or nowhere any more. */
    boolean forward(Departure departure, Message message) {
        Queue queue = departure.queue();
        KeptOfQueue before = byQueue.get(queue);
        Set<Queue> reached = new HashSet<>();
        boolean tried = before == null || !before.isFull();
        if (tried && routes.forward(departure, message, reached, bursts)) {
            if (before != null) {
                before.forwardedAnother();
            }
            return true;
        }
        KeptLetter letter = new KeptLetter(departure);
        if (!reached.isEmpty()) {
            targets.add(letter, reached);
        }
        keep(letter, before);
        if (departure.reason() != Reason.EXPIRED) {
            bursts.keepDeparted(departure);
        }
        return false;
    }

    private void keep(KeptLetter letter, @Nullable KeptOfQueue before) {
        KeptOfQueue others = before;
        if (others == null) {
            others = new KeptOfQueue(letter.departure().queue());
            byQueue.put(others.queue(), others);
            inTurn.add(others);
            warn(others.queue());
        }
        others.add(letter);
        if (letter.needsNoMessage()) {
            letter.release();
        } else {
            letter.hold(budget);
            fresh.add(letter);
        }
    }

    private void warn(Queue queue) {
        long now = clock.millis();
        warnedAtMs
                .entrySet()
                .removeIf(each ->
                        now - each.getValue() >= WARNED_MS || each.getKey().isDeleted());
        if (warnedAtMs.putIfAbsent(queue, now) == null) {
            LOG.warn(
                    "Dead letters can't be forwarded and are kept: the exchange is missing, nothing is bound for their key, "
                            + "or a target refuses them; until all their targets have them they count for the length limits of {}",
                    queue.describe());
        }
    }

    /**
     * Tries the first ones of queues again whose time has come.
     *
     * @param settled takes those that are where they belong, or nowhere any more
     * @param max after how many of these, or of those that were read in vain, no further one is tried
     * @param maxBytes after how many octets that were read no further one is
     * @return whether others should follow at once: some could be forwarded, and there was no room for more
     */
    boolean retry(List<Departure> settled, int max, long maxBytes) {
        fresh.removeIf(KeptLetters::isReleased);
        KeptRetry retry = new KeptRetry(routes, bursts, targets, settled, max, maxBytes);
        long now = clock.millis();
        for (int left = inTurn.size(); left > 0 && !retry.isFull(); left--) {
            KeptOfQueue next = inTurn.element();
            if (!next.queue().isDeleted() && next.isDue(now)) {
                next.retry(retry, now);
            }
            inTurn.remove();
            if (next.isEmpty() || next.queue().isDeleted()) {
                byQueue.remove(next.queue());
            } else {
                inTurn.add(next);
            }
        }
        // Of those that it released itself.
        fresh.removeIf(letter -> !letter.isHeld());
        return retry.isFull() && retry.forwarded() > 0;
    }

    private static boolean isReleased(KeptLetter letter) {
        if (letter.isHeld() && letter.needsNoMessage()) {
            letter.release();
        }
        return !letter.isHeld();
    }

    /** They are where they were once the virtual host comes back. */
    void forgetAll() {
        fresh.forEach(KeptLetter::release);
        fresh.clear();
        byQueue.clear();
        inTurn.clear();
    }
}
