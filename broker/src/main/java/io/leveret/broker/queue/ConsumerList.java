package io.leveret.broker.queue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Consumers in the order of their turns, linked through themselves, so that one leaves from anywhere without a search. A
 * consumer is in one list at most. Guarded by the queue's lock.
 */
final class ConsumerList {

    private @Nullable Consumer first;
    private @Nullable Consumer last;

    boolean isEmpty() {
        return first == null;
    }

    @Nullable
    Consumer first() {
        return first;
    }

    /** Whether the consumer is here, and no other one is. */
    @SuppressWarnings("ReferenceEquality") // one of the two is asked for
    boolean isOnly(Consumer consumer) {
        return first == consumer && last == consumer;
    }

    void addLast(Consumer consumer) {
        consumer.list = this;
        consumer.before = last;
        if (last == null) {
            first = consumer;
        } else {
            last.after = consumer;
        }
        last = consumer;
    }

    void remove(Consumer consumer) {
        Consumer before = consumer.before;
        Consumer after = consumer.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        consumer.list = null;
        consumer.before = null;
        consumer.after = null;
    }

    /** The first one becomes the last. */
    @SuppressWarnings("ReferenceEquality") // whether there is but one
    void rotate() {
        Consumer head = first;
        if (head != null && head != last) {
            remove(head);
            addLast(head);
        }
    }

    /** Moves all to the end of {@code to}. */
    void moveTo(List<Consumer> to) {
        for (Consumer consumer = first; consumer != null; consumer = first) {
            remove(consumer);
            to.add(consumer);
        }
    }
}
