package io.leveret.broker.delay;

import io.leveret.broker.queue.QueueContext.Timer;
import io.leveret.broker.queue.Spill;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where the work for delayed messages is done.
 *
 * @param pool threads that may block
 * @param timer for what is to happen later, on such threads
 * @param spill where messages go that are not stored, when memory is short; null if they stay in memory
 */
public record DelayThreads(
        Executor pool, Timer timer, @Nullable Spill spill) {}
