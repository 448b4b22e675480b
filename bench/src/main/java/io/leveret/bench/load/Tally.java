package io.leveret.bench.load;

import io.leveret.bench.figures.Latencies;
import org.HdrHistogram.Histogram;

/** The counts of all connections of a run, and the latencies since the warm-up. Owned by the loop. */
final class Tally {

    private final Histogram deliveryNanos = Latencies.histogram();
    private final Histogram confirmNanos = Latencies.histogram();
    private final int fanOut;
    private long sent;
    private long delivered;
    private long confirmed;
    private long nacked;

    Tally(int fanOut) {
        this.fanOut = fanOut;
    }

    void sent(long count) {
        sent += count;
    }

    void delivered(long latencyNanos) {
        delivered++;
        Latencies.record(deliveryNanos, latencyNanos);
    }

    void confirmed(long latencyNanos) {
        confirmed++;
        Latencies.record(confirmNanos, latencyNanos);
    }

    void nacked() {
        nacked++;
    }

    /** Deliveries of this run that are due and have not come yet, in publishes. */
    long backlog() {
        return fanOut == 0 ? 0 : sent - delivered / fanOut;
    }

    long lost() {
        return sent * fanOut - delivered;
    }

    long sent() {
        return sent;
    }

    long delivered() {
        return delivered;
    }

    long confirmed() {
        return confirmed;
    }

    long settled() {
        return confirmed + nacked;
    }

    long nacks() {
        return nacked;
    }

    Histogram deliveryNanos() {
        return deliveryNanos;
    }

    Histogram confirmNanos() {
        return confirmNanos;
    }

    /** The warm-up is over. */
    void forgetLatencies() {
        deliveryNanos.reset();
        confirmNanos.reset();
    }
}
