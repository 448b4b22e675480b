package io.leveret.broker.queue;

import io.leveret.broker.settings.LimitSettings;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What the queues of a virtual host have in common.
 *
 * @param spill where messages go that are not stored, when memory is short; null if they stay in memory
 * @param groupLookahead how many messages a queue with message groups may look past, at least 1
 * @param notices tells which queues with a store have given something out
 */
public record QueueContext(
        MemoryBudget budget,
        @Nullable Spill spill,
        DeadLetters deadLetters,
        InstantSource clock,
        Timer timer,
        int groupLookahead,
        DeliveryNotices notices) {

    /** Of which nobody writes down how far its queues were delivered. */
    public QueueContext(
            MemoryBudget budget,
            @Nullable Spill spill,
            DeadLetters deadLetters,
            InstantSource clock,
            Timer timer,
            int groupLookahead) {
        this(budget, spill, deadLetters, clock, timer, groupLookahead, new DeliveryNotices());
    }

    /** Likewise with the usual lookahead. */
    public QueueContext(
            MemoryBudget budget, @Nullable Spill spill, DeadLetters deadLetters, InstantSource clock, Timer timer) {
        this(budget, spill, deadLetters, clock, timer, LimitSettings.GROUP_LOOKAHEAD);
    }

    /** Does something later, on a thread that may block. */
    @FunctionalInterface
    public interface Timer {

        Cancellable after(long delayMs, Runnable action);
    }

    /** Something that is to happen later. */
    @FunctionalInterface
    public interface Cancellable {

        Cancellable NOTHING = () -> {};

        /** It does not happen any more, unless it is about to. */
        void cancel();
    }

    /** For queues of which nothing is stored, and nothing ever expires. */
    public static QueueContext inMemory(MemoryBudget budget) {
        return new QueueContext(
                budget, null, DeadLetters.NOWHERE, InstantSource.system(), (delay, action) -> Cancellable.NOTHING);
    }
}
