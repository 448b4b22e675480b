package io.leveret.broker.channel;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The limit that all consumers of a channel share ({@code basic.qos} with global=true). Queues take from it under their
 * locks, on any thread; the channel's loop gives back and sets it.
 */
final class SharedPrefetch {

    private final AtomicInteger inFlight = new AtomicInteger();
    /** 0 means no limit; deliveries are counted all the same, since it may be set later. */
    private volatile int limit;

    private final WaitingConsumers waiting = new WaitingConsumers();

    /** Who was refused because of the limit. */
    WaitingConsumers waiting() {
        return waiting;
    }

    void limit(int count) {
        limit = count;
    }

    boolean reserve() {
        int max = limit;
        if (max == 0) {
            inFlight.incrementAndGet();
            return true;
        }
        int now = inFlight.get();
        while (now < max) {
            if (inFlight.compareAndSet(now, now + 1)) {
                return true;
            }
            now = inFlight.get();
        }
        return false;
    }

    void release(int count) {
        inFlight.addAndGet(-count);
    }
}
