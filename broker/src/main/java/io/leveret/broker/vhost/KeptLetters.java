package io.leveret.broker.vhost;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Departure;
import io.leveret.broker.queue.Departure.Reason;
import io.leveret.broker.queue.Queue;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead letters of queues that keep them until all their targets have them ({@code x-dead-letter-strategy=at-least-once}), and
 * have not brought them there yet: the exchange is missing, or nothing is bound to it, or a target refuses. The store has them, so
 * that only their places are in memory. Used by who dead-letters, one at a time.
 */
final class KeptLetters {

    private static final Logger LOG = LoggerFactory.getLogger(KeptLetters.class);

    /** As for RabbitMQ: what comes behind so many of one queue waits for these. */
    private static final int TRIED = 32;

    private final DeadLetterRoutes routes;
    private final Bursts bursts;
    private final Map<Queue, ArrayDeque<Kept>> byQueue = new IdentityHashMap<>();

    /** @param reached the targets that have it */
    private record Kept(Departure departure, Set<Queue> reached) {}

    KeptLetters(DeadLetterRoutes routes, Bursts bursts) {
        this.routes = routes;
        this.bursts = bursts;
    }

    boolean isEmpty() {
        return byQueue.isEmpty();
    }

    /** Takes what has left its queue. True if it is where it belongs, or nowhere any more. */
    boolean forward(Departure departure, Message message) {
        Queue queue = departure.queue();
        ArrayDeque<Kept> before = byQueue.get(queue);
        Set<Queue> reached = Collections.newSetFromMap(new IdentityHashMap<>(2));
        boolean tried = before == null || before.size() < TRIED;
        if (tried && routes.forward(departure, message, reached, bursts)) {
            return true;
        }
        if (before == null) {
            LOG.warn(
                    "Dead letters can't be forwarded and are kept: the exchange is missing, nothing is bound for their key, "
                            + "or a target refuses them; until all their targets have them they count for the length limits of {}",
                    queue.describe());
        }
        byQueue.computeIfAbsent(queue, any -> new ArrayDeque<>()).add(new Kept(departure.inStore(), reached));
        if (departure.reason() != Reason.EXPIRED) {
            bursts.keepDeparted(departure);
        }
        return false;
    }

    /**
     * Tries the first ones of each queue again.
     *
     * @param settled takes those that are where they belong, or nowhere any more
     * @param max after how many of these no further one is tried
     * @return whether others might follow at once
     */
    boolean retry(List<Departure> settled, int max) {
        Iterator<Map.Entry<Queue, ArrayDeque<Kept>>> queues = byQueue.entrySet().iterator();
        while (queues.hasNext() && settled.size() < max) {
            Map.Entry<Queue, ArrayDeque<Kept>> next = queues.next();
            if (next.getKey().isDeleted()) {
                queues.remove();
                continue;
            }
            retry(next.getValue(), settled, max);
            if (next.getValue().isEmpty()) {
                queues.remove();
            }
        }
        return settled.size() >= max;
    }

    private void retry(ArrayDeque<Kept> waiting, List<Departure> settled, int max) {
        ArrayDeque<Kept> again = new ArrayDeque<>();
        while (!waiting.isEmpty() && again.size() < TRIED && settled.size() < max) {
            Kept next = waiting.remove();
            if (isForwarded(next)) {
                settled.add(next.departure());
            } else {
                again.add(next);
            }
        }
        while (!again.isEmpty()) {
            waiting.addFirst(again.removeLast());
        }
    }

    /** Or nowhere any more. */
    private boolean isForwarded(Kept kept) {
        Queue queue = kept.departure().queue();
        if (queue.hasPurged(kept.departure())) {
            return true;
        }
        try {
            Message message = queue.messageOf(kept.departure());
            return message == null || isForwarded(kept, message);
        } catch (IOException | RuntimeException e) {
            LOG.error("A dead letter that is kept can't be read or forwarded {}", queue.describe(), e);
            return false;
        }
    }

    /** Its queue may have got another policy meanwhile. */
    private boolean isForwarded(Kept kept, Message message) {
        if (kept.departure().queue().keepsDeadLetters()) {
            return routes.forward(kept.departure(), message, kept.reached(), bursts);
        }
        routes.publish(kept.departure(), message, bursts);
        return true;
    }
}
