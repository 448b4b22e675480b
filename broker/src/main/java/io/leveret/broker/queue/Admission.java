package io.leveret.broker.queue;

/** The room that a queue keeps for messages which it has admitted and which have not come yet. Guarded by the queue's lock. */
final class Admission {

    private final Stock stock;
    private int messages;
    private long bodyBytes;

    Admission(Stock stock) {
        this.stock = stock;
    }

    /** Keeps room for one more message; false if there is none. */
    boolean admit(QueueSettings settings, long bytes) {
        if (stock.exceeds(settings, messages + 1L, bodyBytes + bytes)) {
            return false;
        }
        messages++;
        bodyBytes += bytes;
        return true;
    }

    /** Messages have come, or will not. */
    void end(int count, long bytes) {
        messages -= count;
        bodyBytes -= bytes;
    }
}
