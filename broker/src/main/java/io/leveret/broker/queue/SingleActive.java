package io.leveret.broker.queue;

import io.leveret.amqp.FieldValue;
import org.jspecify.annotations.Nullable;

/**
 * Decides which consumer of a queue is the active one, where there is only one: it stays so until it goes. In a quorum queue one of a
 * higher priority takes its place, once all that it has is settled; in a classic queue none does, in RabbitMQ neither. Guarded by the
 * queue's lock.
 */
final class SingleActive {

    private final boolean yields;
    private @Nullable Consumer active;

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

    void added(Consumer consumer) {
        if (active == null) {
            active = consumer;
        }
    }

    /** @param first of those that are left, by priority and then by their coming; null if none is */
    void removed(Consumer consumer, @Nullable Consumer first) {
        if (active == consumer) {
            active = first;
        }
    }

    /**
     * Who gets what is next; null if nobody does now.
     *
     * @param first of all, by priority and then by their coming; null if there is none
     */
    @Nullable
    Consumer choose(@Nullable Consumer first) {
        Consumer current = active;
        if (!yields
                || current == null
                || first == null
                || first.options().priority() <= current.options().priority()) {
            return current;
        }
        if (current.hasUnsettled()) {
            return null;
        }
        active = first;
        return first;
    }
}
