package io.leveret.broker.vhost;

import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.queue.QueueContext.Timer;
import io.leveret.broker.storage.WorkerPool;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/**
 * Where a virtual host's work is done that is no connection's.
 *
 * @param background where long work goes on, slice by slice
 * @param pool threads that may block
 * @param timer for what is to happen later, on such threads
 */
public record Work(Executor background, Executor pool, Timer timer, InstantSource clock) {

    /** On threads that may block. Once they are shut down, nothing more is done. */
    public static Work on(Executor background, WorkerPool pool) {
        return new Work(background, pool, pool::later, InstantSource.system());
    }

    /** At once, on the thread that has it to do; and what is to happen later never does. */
    public static Work atOnce() {
        return new Work(Runnable::run, Runnable::run, (delayMs, task) -> Cancellable.NOTHING, InstantSource.system());
    }
}
