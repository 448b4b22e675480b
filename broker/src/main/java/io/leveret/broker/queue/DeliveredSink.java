package io.leveret.broker.queue;

/** Takes how far a level of a queue was delivered. */
public interface DeliveredSink {

    /** @param position the highest one that was given to anybody, at least 1: what is {@code redelivered} after a restart */
    void level(int level, long position);
}
