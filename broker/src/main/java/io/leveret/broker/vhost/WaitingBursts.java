package io.leveret.broker.vhost;

import io.leveret.broker.queue.QueueBurst;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bursts of those queues that get something with the next batch: each gets its part, or none does, whatever becomes of the others.
 * What were left for another batch would get the positions of others there. Of who has the {@link Bursts}.
 */
final class WaitingBursts {

    private static final Logger LOG = LoggerFactory.getLogger(WaitingBursts.class);

    private final List<QueueBurst> waiting = new ArrayList<>(2);

    /** Adds one that is empty, and gets something now. */
    void add(QueueBurst burst) {
        waiting.add(burst);
    }

    /**
     * Brings each its part, and exchanges that hold messages back theirs. Makes nothing: it may be memory that there is none of.
     *
     * @param held null if nothing was ever held back
     * @return what failed first; null if nothing did
     */
    @Nullable
    Throwable bring(long firstPosition, @Nullable HeldBurst held) {
        Throwable first = null;
        for (int i = 0; i < waiting.size(); i++) {
            try {
                waiting.get(i).flush(firstPosition);
            } catch (RuntimeException | Error failure) {
                first = first == null ? failure : first;
            }
        }
        waiting.clear();
        try {
            if (held != null && !held.isEmpty()) {
                held.flush(firstPosition);
            }
        } catch (RuntimeException | Error failure) {
            first = first == null ? failure : first;
        }
        return first;
    }

    /** Has them give all back, and be empty: it was not written, and will not be. */
    void drop() {
        Throwable last = null;
        for (int i = 0; i < waiting.size(); i++) {
            try {
                waiting.get(i).drop();
            } catch (RuntimeException | Error further) {
                // It is empty all the same, as the others are to be.
                last = further;
            }
        }
        waiting.clear();
        if (last != null) {
            LOG.error("What did not come has keys or room still, or what it settled is unacknowledged", last);
        }
    }
}
