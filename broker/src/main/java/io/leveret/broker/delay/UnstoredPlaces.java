package io.leveret.broker.delay;

import io.leveret.amqp.AmqpException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the delayed messages of a virtual host that no store has, with those on their way: what each takes of the heap stays there while its
 * body is spilled, so nothing else would bound it. For any thread.
 */
final class UnstoredPlaces {

    private final String vhost;
    private final int most;
    private final AtomicLong taken = new AtomicLong();

    UnstoredPlaces(String vhost, int most) {
        this.vhost = vhost;
        this.most = most;
    }

    /** Takes a place; returns null, or why there is none. */
    @Nullable
    AmqpException take() {
        if (taken.incrementAndGet() <= most) {
            return null;
        }
        taken.decrementAndGet();
        return AmqpException.preconditionFailed(
                "limit of " + most + " transient delayed messages in vhost '" + vhost + "' is reached");
    }

    void free(long places) {
        taken.addAndGet(-places);
    }
}
