package io.leveret.broker.storage;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task for a thread of a pool, where nobody would see what it throws: the log is told, with whose task it is, and the thread
 * goes on. Every task of the broker's own pools is wrapped in one.
 */
public record LoggedTask(Runnable task) implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(LoggedTask.class);

    @Override
    public void run() {
        try {
            task.run();
        } catch (RuntimeException | Error bug) {
            log.error("A background task failed task={}", owner(), bug);
        }
    }

    /** A lambda's class is named after the class that it stands in, and tells no more. */
    private String owner() {
        String type = task.getClass().getName();
        int lambda = type.indexOf("$$Lambda");
        String outer = lambda < 0 ? type : type.substring(0, lambda);
        return outer.substring(outer.lastIndexOf('.') + 1);
    }
}
