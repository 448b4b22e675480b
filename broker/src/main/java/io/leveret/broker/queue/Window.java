package io.leveret.broker.queue;

/** How much of a queue is read at a time, and stays in memory at its head. */
enum Window {
    FULL(1000, 1024 * 1024),
    /** While memory is short. */
    SMALL(128, 128 * 1024);

    final int entries;
    final long bytes;

    Window(int entries, long bytes) {
        this.entries = entries;
        this.bytes = bytes;
    }
}
