package io.leveret.broker.vhost;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Departure;
import io.leveret.broker.queue.Queue;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to forward dead letters that queues keep, which reads and publishes no more than fits one batch. Used once, by who
 * dead-letters.
 */
final class KeptRetry {

    private static final Logger LOG = LoggerFactory.getLogger(KeptRetry.class);

    private final DeadLetterRoutes routes;
    private final Bursts bursts;
    private final ReachedTargets targets;
    private final List<Departure> settled;
    private final int max;
    private final long maxBytes;

    private int read;
    private long readBytes;
    private int forwarded;

    /**
     * @param targets of the same batch
     * @param settled takes those that are where they belong, or nowhere any more
     * @param max after how many of these, and after how many that were read, no further one is tried
     * @param maxBytes after how many octets that were read no further one is
     */
    KeptRetry(
            DeadLetterRoutes routes,
            Bursts bursts,
            ReachedTargets targets,
            List<Departure> settled,
            int max,
            long maxBytes) {
        this.routes = routes;
        this.bursts = bursts;
        this.targets = targets;
        this.settled = settled;
        this.max = max;
        this.maxBytes = maxBytes;
    }

    boolean isFull() {
        return settled.size() >= max || read >= max || readBytes >= maxBytes;
    }

    /** How many it has read, forwarded or not. */
    int read() {
        return read;
    }

    /** How many came to another target, or to where they belong. */
    int forwarded() {
        return forwarded;
    }

    /** Whether it is where it belongs, or nowhere any more. */
    boolean settles(KeptLetter letter) {
        boolean settles = settlesNow(letter);
        if (settles) {
            letter.release();
            settled.add(letter.departure());
            bursts.settleDeparted(letter.departure());
            forwarded++;
        }
        if (bursts.isFull()) {
            // With a key in it at once: others wait for that, and what comes next has to be read.
            targets.flush();
        }
        return settles;
    }

    private boolean settlesNow(KeptLetter letter) {
        Departure departure = letter.departure();
        Queue queue = departure.queue();
        if (queue.hasPurged(departure)) {
            return true;
        }
        if (!routes.leadSomewhere(queue)) {
            // Not worth a read. The queue may have got another policy meanwhile.
            return !queue.keepsDeadLetters();
        }
        read++;
        try {
            Message message = queue.withMessage(departure).message();
            readBytes += message == null ? 0 : message.heapBytes();
            return message == null || isForwarded(letter, message);
        } catch (IOException | RuntimeException e) {
            if (letter.tellsFailure()) {
                LOG.error("A dead letter that is kept can't be read or forwarded {}", queue.describe(), e);
            }
            return false;
        }
    }

    private boolean isForwarded(KeptLetter letter, Message message) {
        if (!letter.departure().queue().keepsDeadLetters()) {
            routes.publish(letter.departure(), message, bursts);
            return true;
        }
        Set<Queue> reached = new HashSet<>(letter.reached());
        boolean done = routes.forward(letter.departure(), message, reached, bursts);
        if (reached.size() > letter.reached().size()) {
            targets.add(letter, reached);
            forwarded++;
        }
        return done;
    }
}
