package io.leveret.broker.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The targets to wake after a queue's lock, one of them without allocation. Lives for one call of a queue's method. */
final class Wakes {

    private @Nullable DeliveryTarget only;
    private @Nullable List<DeliveryTarget> more;

    void add(DeliveryTarget target) {
        if (only == null) {
            only = target;
        } else if (only != target) {
            addMore(target);
        }
    }

    void run() {
        if (only != null) {
            only.wake();
        }
        if (more != null) {
            more.forEach(DeliveryTarget::wake);
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
