package io.leveret.broker.vhost;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Departure;
import io.leveret.broker.queue.Departure.Reason;
import io.leveret.broker.queue.Queue;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
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
 * that only their places are in memory once it can read them. Used by who dead-letters, one at a time.
 */
final class KeptLetters {

    private static final Logger LOG = LoggerFactory.getLogger(KeptLetters.class);

    /** As for RabbitMQ: what comes behind so many of one queue waits for these. */
    private static final int TRIED = 32;

    private final DeadLetterRoutes routes;
    private final Bursts bursts;
    private final Map<Queue, ArrayDeque<Kept>> byQueue = new IdentityHashMap<>();

    /** Those that were not durable when they came: before that no read finds them, so they keep their messages. */
    private final List<Kept> fresh = new ArrayList<>();

    /** Published by the present {@link #retry}. */
    private long retriedBytes;

    private static final class Kept {

        private Departure departure;

        /** The targets that have it. */
        private Set<Queue> reached;

        Kept(Departure departure, Set<Queue> reached) {
            this.departure = departure;
            this.reached = reached.isEmpty() ? Set.of() : reached;
        }

        boolean dropIfReadable() {
            boolean readable = departure.queue().canRead(departure);
            if (readable) {
                departure = departure.inStore();
            }
            return readable;
        }
    }

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
        Set<Queue> reached = new HashSet<>();
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
        Kept kept = new Kept(departure, reached);
        if (!kept.dropIfReadable()) {
            fresh.add(kept);
        }
        byQueue.computeIfAbsent(queue, any -> new ArrayDeque<>()).add(kept);
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
     * @param maxBytes after how many published octets no further one is
     * @return whether others might follow at once
     */
    boolean retry(List<Departure> settled, int max, long maxBytes) {
        fresh.removeIf(Kept::dropIfReadable);
        retriedBytes = 0;
        Iterator<Map.Entry<Queue, ArrayDeque<Kept>>> queues = byQueue.entrySet().iterator();
        while (queues.hasNext() && settled.size() < max && retriedBytes < maxBytes) {
            Map.Entry<Queue, ArrayDeque<Kept>> next = queues.next();
            if (next.getKey().isDeleted()) {
                queues.remove();
                continue;
            }
            retryFirst(next.getValue(), settled, max, maxBytes);
            if (next.getValue().isEmpty()) {
                queues.remove();
            }
        }
        return settled.size() >= max || retriedBytes >= maxBytes;
    }

    private void retryFirst(ArrayDeque<Kept> waiting, List<Departure> settled, int max, long maxBytes) {
        ArrayDeque<Kept> again = new ArrayDeque<>();
        while (!waiting.isEmpty() && again.size() < TRIED && settled.size() < max && retriedBytes < maxBytes) {
            Kept next = waiting.remove();
            if (isForwarded(next)) {
                settled.add(next.departure);
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
        Queue queue = kept.departure.queue();
        if (queue.hasPurged(kept.departure)) {
            return true;
        }
        try {
            Message message = queue.messageOf(kept.departure);
            boolean done = message == null || isForwarded(kept, message);
            retriedBytes += done && message != null ? message.bytes() : 0;
            return done;
        } catch (IOException | RuntimeException e) {
            LOG.error("A dead letter that is kept can't be read or forwarded {}", queue.describe(), e);
            return false;
        }
    }

    /** Its queue may have got another policy meanwhile. */
    private boolean isForwarded(Kept kept, Message message) {
        if (!kept.departure.queue().keepsDeadLetters()) {
            routes.publish(kept.departure, message, bursts);
            return true;
        }
        Set<Queue> reached = new HashSet<>(kept.reached);
        boolean done = routes.forward(kept.departure, message, reached, bursts);
        kept.reached = reached.isEmpty() ? Set.of() : reached;
        return done;
    }
}
