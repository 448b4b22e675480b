package io.leveret.bench.load;

import java.util.concurrent.TimeUnit;

/** When the publishes of one producer are meant to be sent: at a fixed rate, or as fast as they go. Owned by the loop. */
sealed interface Schedule {

    /** The first publish is meant to be sent now. */
    void begin(long nowNanos);

    /** How many more publishes may be sent now. */
    int due(long nowNanos);

    /** The intended send time of the next publish, and on to the one after. */
    long next(long nowNanos);

    /** How long until something is due; 0 when something always is. */
    long nanosToNext(long nowNanos);

    static Schedule unlimited() {
        return new Unlimited();
    }

    static Schedule steady(double perSecond) {
        return new Steady(TimeUnit.SECONDS.toNanos(1) / perSecond);
    }

    /** Everything is meant to be sent when it is. */
    final class Unlimited implements Schedule {

        @Override
        public void begin(long nowNanos) {}

        @Override
        public int due(long nowNanos) {
            return Integer.MAX_VALUE;
        }

        @Override
        public long next(long nowNanos) {
            return nowNanos;
        }

        @Override
        public long nanosToNext(long nowNanos) {
            return 0;
        }
    }

    /** A grid that does not move when a send is late, so that a stall counts for every message it held up. */
    final class Steady implements Schedule {

        private final double intervalNanos;
        private long startNanos;
        private long scheduled;

        Steady(double intervalNanos) {
            this.intervalNanos = intervalNanos;
        }

        @Override
        public void begin(long nowNanos) {
            startNanos = nowNanos;
        }

        @Override
        public int due(long nowNanos) {
            return (int) ((long) ((nowNanos - startNanos) / intervalNanos) + 1 - scheduled);
        }

        @Override
        public long next(long nowNanos) {
            return intended(scheduled++);
        }

        @Override
        public long nanosToNext(long nowNanos) {
            return Math.max(0, intended(scheduled) - nowNanos);
        }

        private long intended(long publish) {
            return startNanos + (long) (publish * intervalNanos);
        }
    }
}
