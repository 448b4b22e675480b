package io.leveret.bench.load;

import io.leveret.bench.figures.Latencies;
import io.leveret.bench.steal.StealWatch;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The counts of all connections of a run, and the latencies since the warm-up. Owned by the loop. */
final class Tally {

    private final Histogram deliveryNanos = Latencies.histogram();
    private final Histogram confirmNanos = Latencies.histogram();
    private final int fanOut;
    private final @Nullable StealWatch undisturbed;
    private Minutes minutes;
    private boolean warm;
    private long sent;
    private long delivered;
    private long confirmed;
    private long nacked;

    /** {@code undisturbed}: who else is told of the confirms since the warm-up, if anybody. */
    Tally(int fanOut, @Nullable StealWatch undisturbed) {
        this.fanOut = fanOut;
        this.undisturbed = undisturbed;
        minutes = newMinutes();
    }

    private Minutes newMinutes() {
        return new Minutes(System.nanoTime(), undisturbed == null ? () -> 0 : undisturbed::stolenMs);
    }

    void sent(long count) {
        sent += count;
    }

    void delivered(long latencyNanos) {
        delivered++;
        Latencies.record(deliveryNanos, latencyNanos);
    }

    void confirmed(long intendedNanos, long latencyNanos) {
        confirmed++;
        Latencies.record(confirmNanos, latencyNanos);
        if (undisturbed != null && warm) {
            undisturbed.answered(intendedNanos, latencyNanos);
            minutes.confirmed(intendedNanos, latencyNanos);
        }
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

    Minutes minutes() {
        return minutes;
    }

    /** The warm-up is over. */
    void forgetLatencies() {
        deliveryNanos.reset();
        confirmNanos.reset();
        minutes = newMinutes();
        warm = true;
    }
}
