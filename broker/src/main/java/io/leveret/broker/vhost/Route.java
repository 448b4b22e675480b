package io.leveret.broker.vhost;

import io.leveret.broker.hold.Hold;
import io.leveret.broker.queue.Queue;
import java.util.List;

/**
 * The queues that an exchange and routing key lead to, with what that depended on: as long as {@link #isCurrent} holds it
 * need not be computed again. Immutable.
 */
public final class Route {

    private final List<Queue> queues;
    private final List<Hold> holds;
    private final boolean cacheable;
    private final Versioned[] reached;
    private final long[] versions;
    private final Duplicates duplicates;

    /** What keys had to do with it. */
    enum Duplicates {
        /** No exchange on the way knows any. */
        UNKNOWN,
        /** One does, and let the message pass. */
        PASSED,
        /** One did not let it pass. */
        STOPPED
    }

    /** The versions are those read before the tables were. */
    Route(
            List<Queue> queues,
            List<Hold> holds,
            boolean cacheable,
            Versioned[] reached,
            long[] versions,
            Duplicates duplicates) {
        this.queues = queues;
        this.holds = holds;
        this.cacheable = cacheable;
        this.reached = reached;
        this.versions = versions;
        this.duplicates = duplicates;
    }

    public List<Queue> queues() {
        return queues;
    }

    /** Where the message waits, or is a command about others; nothing for nearly all. */
    public List<Hold> holds() {
        return holds;
    }

    /** Whether another message with the same exchange and routing key goes the same way, whatever its headers. */
    public boolean isCacheable() {
        return cacheable;
    }

    /** Whether the message came by an exchange that routes none twice. */
    public boolean knowsDuplicates() {
        return duplicates != Duplicates.UNKNOWN;
    }

    /** Whether the message was a duplicate to such an exchange: then it is no fault that it goes nowhere. */
    public boolean isDuplicate() {
        return duplicates == Duplicates.STOPPED;
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
