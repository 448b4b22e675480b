package io.leveret.persistence.log;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the batches of several logs take that are not durable yet: those of all virtual hosts of a server, which share one heap
 * and mostly one disk. May be used from any thread.
 */
public final class PendingTotal {

    private final AtomicLong bytes = new AtomicLong();

    public long bytes() {
        return bytes.get();
    }

    /** Counts what was appended, or with a negative number what is durable or dropped. */
    public void add(long delta) {
        bytes.addAndGet(delta);
    }
}
