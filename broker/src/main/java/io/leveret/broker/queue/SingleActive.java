package io.leveret.broker.queue;

import io.leveret.amqp.FieldValue;
import org.jspecify.annotations.Nullable;

/**
 * Decides which consumer of a queue is the active one, where there is only one: it stays so until it goes. In a quorum queue it gets
 * nothing more once one of a higher priority has come, and gives way when all that it has is settled; in a classic queue it does not,
 * in RabbitMQ neither. Guarded by the queue's lock.
 */
final class SingleActive {

    private final boolean yields;

    /** Null if there is none, or if it has gone and nobody had to know since who follows. */
    private @Nullable Consumer active;

    /** Whether the active one is to give way, even if who was to follow has gone meanwhile. */
    private boolean yielding;

    /** Who was active, and is lost with what it has, which others are to get before anything else; null if nobody is. */
    private @Nullable Consumer lost;

    /** @param yields whether the active one gives way to a higher priority */
    SingleActive(boolean yields) {
        this.yields = yields;
    }

    /** Null if all consumers of the queue are active. */
    static @Nullable SingleActive of(QueueDeclaration declaration) {
        boolean wanted =
                QueueArgument.SINGLE_ACTIVE_CONSUMER.in(declaration.arguments()) instanceof FieldValue.Bool asked
                        && asked.value();
        return wanted ? new SingleActive(declaration.type() == QueueType.QUORUM) : null;
    }

    /** Before another one comes: who has gone, or has settled all meanwhile, has given way to one of those that were there. */
    void beforeAdding(@Nullable ConsumerList highest) {
        if (highest != null) {
            succeed(highest);
        }
    }

    /** @param highest those of the highest priority, by their coming */
    void added(Consumer consumer, ConsumerList highest) {
        if (active == null) {
            active = consumer;
        } else {
            yieldIfDue(highest);
        }
    }

    /** A consumer is about to be removed, and all that it has not settled returns. */
    void losing(Consumer consumer) {
        // Who follows somebody that was lost has nothing until all of that has returned.
        if (active == consumer && !isReturning()) {
            lost = consumer;
        }
    }

    /** Who follows is looked for when it matters: a channel that closes with many consumers would look through them again for each. */
    void removed(Consumer consumer) {
        if (active == consumer) {
            active = null;
            yielding = false;
        }
    }

    /**
     * Who gets what is next; null if nobody does now.
     *
     * @param highest null if there is no consumer
     */
    @Nullable
    Consumer choose(@Nullable ConsumerList highest) {
        if (highest == null || isReturning()) {
            return null;
        }
        succeed(highest);
        return yielding ? null : active;
    }

    /** Whether something is still to return of a consumer that was lost. */
    private boolean isReturning() {
        if (lost != null && !lost.hasUnsettled()) {
            lost = null;
        }
        return lost != null;
    }

    private void succeed(ConsumerList highest) {
        if (active == null) {
            active = successor(highest);
        }
        yieldIfDue(highest);
    }

    private void yieldIfDue(ConsumerList highest) {
        Consumer first = highest.first();
        if (!yields || active == null || first == null) {
            return;
        }
        yielding |= first.options().priority() > active.options().priority();
        if (yielding && !active.hasUnsettled()) {
            active = successor(highest);
            yielding = false;
        }
    }

    /** The one that came first; in a quorum queue, as in RabbitMQ, of those with the largest prefetch. */
    private @Nullable Consumer successor(ConsumerList highest) {
        Consumer best = highest.first();
        for (Consumer other = best; yields && other != null; other = other.after) {
            if (best != null && other.options().prefetch() > best.options().prefetch()) {
                best = other;
            }
        }
        return best;
    }
}
