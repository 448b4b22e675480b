package io.leveret.broker.delay;

import java.util.List;
import java.util.PriorityQueue;

/** Chooses what is due first of what it is shown, and takes copies of no more than that. Used under the lock of the {@link Delays}. */
final class FirstDue {

    private final long fromMs;
    private final int most;

    /** That which is due last first. */
    private final PriorityQueue<WaitingMessage> chosen =
            new PriorityQueue<>((one, other) -> -WaitingMessage.compare(one, other));

    /**
     * @param fromMs nothing that is due before
     * @param most how many
     */
    FirstDue(long fromMs, int most) {
        this.fromMs = fromMs;
        this.most = most;
    }

    void show(WaitingMessage message) {
        if (message.dueMs < fromMs || message.room.isCancelled(message)) {
            return;
        }
        WaitingMessage last = chosen.peek();
        if (chosen.size() < most) {
            chosen.add(message.copy());
        } else if (last != null && message.isBefore(last)) {
            chosen.remove();
            chosen.add(message.copy());
        }
    }

    List<WaitingMessage> inOrder() {
        return chosen.stream().sorted(WaitingMessage::compare).toList();
    }
}
