package io.leveret.broker.delay;

import io.leveret.broker.delay.Horizon.Point;
import java.util.Comparator;
import java.util.List;

/**
 * Leaves half of what is near to the store, that which is due last, once it is too much. In slices, and sorted without the lock of the
 * {@link Delays}, since whoever publishes would wait for it. Used by one thread at a time.
 */
final class NearBound {

    /** A fraction of a millisecond. */
    private static final int SLICE = 1_000;

    private static final Comparator<WaitingMessage> BY_DUE =
            Comparator.comparingLong((WaitingMessage each) -> each.dueMs).thenComparingLong(each -> each.position);

    private final Delays delays;
    private final InMemory memory;
    private final int most;
    private List<WaitingMessage> behind = List.of();

    /** @param most how many may be near; half of them stay */
    NearBound(Delays delays, InMemory memory, int most) {
        this.delays = delays;
        this.memory = memory;
        this.most = most;
    }

    /** Does one piece, and returns whether there is more to do. */
    boolean slice() {
        if (behind.isEmpty() && !choose()) {
            return false;
        }
        List<WaitingMessage> some = behind.subList(0, Math.min(SLICE, behind.size()));
        synchronized (delays) {
            memory.leaveToStore(some);
        }
        boolean isDone = some.size() == behind.size();
        // An empty part would keep the whole list, and all that was in memory with it.
        behind = isDone ? List.of() : behind.subList(some.size(), behind.size());
        return !isDone;
    }

    /** What comes meanwhile, and is due later, is near nevertheless until the next time. */
    private boolean choose() {
        List<WaitingMessage> near;
        synchronized (delays) {
            if (!memory.isNearExceeded()) {
                return false;
            }
            near = memory.near();
        }
        near.sort(BY_DUE);
        int keep = Math.max(1, Math.min(near.size(), most) / 2);
        if (near.size() <= keep) {
            return false;
        }
        WaitingMessage last = near.get(keep - 1);
        synchronized (delays) {
            memory.horizon.pullBack(new Point(last.dueMs, last.position));
        }
        behind = near.subList(keep, near.size());
        return true;
    }
}
