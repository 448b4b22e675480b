package io.leveret.broker.queue;

import io.leveret.broker.settings.LimitSettings;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What the queues of a virtual host have in common.
 *
 * @param spill where messages go that are not stored, when memory is short; null if they stay in memory
 * @param groupLookahead how many messages a queue with message groups may look past, at least 1
 * @param deliveries learns which queues with a store have given something out
 */
public record QueueContext(
        MemoryBudget budget,
        @Nullable Spill spill,
        DeadLetters deadLetters,
        InstantSource clock,
        Timer timer,
        int groupLookahead,
        Deliveries deliveries) {

    /** Of which nobody writes down how far its queues were delivered. */
    public QueueContext(
            MemoryBudget budget,
            @Nullable Spill spill,
            DeadLetters deadLetters,
            InstantSource clock,
            Timer timer,
            int groupLookahead) {
        this(budget, spill, deadLetters, clock, timer, groupLookahead, queue -> {});
    }

    /** Likewise with the usual lookahead. */
    public QueueContext(
            MemoryBudget budget, @Nullable Spill spill, DeadLetters deadLetters, InstantSource clock, Timer timer) {
        this(budget, spill, deadLetters, clock, timer, LimitSettings.GROUP_LOOKAHEAD);
    }

    /** Who writes down how far queues were delivered. */
    @FunctionalInterface
    public interface Deliveries {

        /**
         * A queue has given something out, the first since {@link Queue#delivered} was asked for. Called under the queue's lock: to be
         * remembered, and nothing else.
         */
        void delivered(Queue queue);
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
