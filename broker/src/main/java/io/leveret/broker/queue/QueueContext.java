package io.leveret.broker.queue;

import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What the queues of a virtual host have in common.
 *
 * @param spill where messages go that are not stored, when memory is short; null if they stay in memory
 */
public record QueueContext(
        MemoryBudget budget, @Nullable Spill spill, DeadLetters deadLetters, InstantSource clock, Timer timer) {

    /** Does something later, on a thread that may block. */
    @FunctionalInterface
    public interface Timer {

        void after(long delayMs, Runnable action);
    }

    /** For queues of which nothing is stored, and nothing ever expires. */
    public static QueueContext inMemory(MemoryBudget budget) {
        return new QueueContext(budget, null, DeadLetters.NOWHERE, InstantSource.system(), (delay, action) -> {});
    }
}
