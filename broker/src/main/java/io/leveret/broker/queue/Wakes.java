package io.leveret.broker.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to do after a queue's lock: targets to wake, one of them without allocation. Lives for one call of a queue's method. */
final class Wakes {

    private @Nullable DeliveryTarget only;
    private @Nullable List<DeliveryTarget> more;
    private @Nullable List<Runnable> others;
    private @Nullable DeadLetters deadLetters;

    void add(DeliveryTarget target) {
        if (only == null) {
            only = target;
        } else if (only != target) {
            addMore(target);
        }
    }

    /** Adds something that comes after the wakes. */
    void afterwards(Runnable action) {
        if (others == null) {
            others = new ArrayList<>(1);
        }
        others.add(action);
    }

    /** Something was offered. */
    void departed(DeadLetters to) {
        deadLetters = to;
    }

    void run() {
        if (only != null) {
            only.wake();
        }
        if (more != null) {
            more.forEach(DeliveryTarget::wake);
        }
        if (others != null) {
            others.forEach(Runnable::run);
        }
        if (deadLetters != null) {
            deadLetters.process();
        }
    }

    private void addMore(DeliveryTarget target) {
        if (more == null) {
            more = new ArrayList<>();
        }
        if (more.isEmpty() || more.get(more.size() - 1) != target) {
            more.add(target);
        }
    }
}
