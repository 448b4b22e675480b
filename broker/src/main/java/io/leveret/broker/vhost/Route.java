package io.leveret.broker.vhost;

import io.leveret.broker.delay.DelayedMessages;
import io.leveret.broker.queue.Queue;
import java.util.List;

/**
 * The queues that an exchange and routing key lead to, with what that depended on: as long as {@link #isCurrent} holds it
 * need not be computed again. Immutable.
 */
public final class Route {

    private final List<Queue> queues;
    private final List<DelayedMessages> delays;
    private final boolean cacheable;
    private final Versioned[] reached;
    private final long[] versions;

    /** The versions are those read before the tables were. */
    Route(List<Queue> queues, List<DelayedMessages> delays, boolean cacheable, Versioned[] reached, long[] versions) {
        this.queues = queues;
        this.delays = delays;
        this.cacheable = cacheable;
        this.reached = reached;
        this.versions = versions;
    }

    public List<Queue> queues() {
        return queues;
    }

    /** Where the message waits, or takes others back; nothing for nearly all. */
    public List<DelayedMessages> delays() {
        return delays;
    }

    /** Whether another message with the same exchange and routing key goes the same way, whatever its headers. */
    public boolean isCacheable() {
        return cacheable;
    }

    public boolean isCurrent() {
        for (int i = 0; i < reached.length; i++) {
            if (reached[i].version() != versions[i]) {
                return false;
            }
        }
        return true;
    }
}
