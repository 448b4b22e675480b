package io.leveret.persistence.log;

import java.util.concurrent.Executor;

/** Where the logs' disk work runs: a few threads, shared by all stores, that may block and are never interrupted. */
public interface Background extends Executor {

    /** Runs a task as {@link #execute} does, after a delay. */
    void schedule(Runnable task, long delayMs);
}
