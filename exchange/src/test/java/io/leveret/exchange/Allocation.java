package io.leveret.exchange;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Bytes that an action allocates on this thread: a measure of copying that, unlike time, is the same on every run. */
final class Allocation {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    static long of(Runnable action) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        action.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
