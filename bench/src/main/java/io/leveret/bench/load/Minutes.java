package io.leveret.bench.load;

import io.leveret.bench.figures.Latencies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The confirms of each minute of a run, by when each message was meant to be sent: a broker that has just started is slower than later.
 * Owned by the loop.
 */
final class Minutes {

    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final List<Minute> minutes = new ArrayList<>();
    private final long beginNanos;
    private final LongSupplier stolenMs;

    private static final class Minute {

        private final long stolenBeforeMs;
        private long confirms;
        private long underShortest;
        private long underLongest;
        private long longestNanos;

        Minute(long stolenBeforeMs) {
            this.stolenBeforeMs = stolenBeforeMs;
        }
    }

    /** {@code stolenMs}: what the machine's host has taken until now. */
    Minutes(long beginNanos, LongSupplier stolenMs) {
        this.beginNanos = beginNanos;
        this.stolenMs = stolenMs;
    }

    void confirmed(long intendedNanos, long latencyNanos) {
        // What was sent in the warm-up belongs to the first one.
        int number = (int) Math.max(0, (intendedNanos - beginNanos) / MINUTE_NANOS);
        while (minutes.size() <= number) {
            minutes.add(new Minute(stolenMs.getAsLong()));
        }
        Minute minute = minutes.get(number);
        minute.confirms++;
        minute.underShortest += latencyNanos <= Latencies.SHORTEST_LIMIT_NANOS ? 1 : 0;
        minute.underLongest += latencyNanos <= Latencies.LONGEST_LIMIT_NANOS ? 1 : 0;
        minute.longestNanos = Math.max(minute.longestNanos, latencyNanos);
    }

    /** Those of the first minute have the number 1. What the host takes until this is called counts for the last one. */
    Map<String, Number> figures() {
        Map<String, Number> figures = new LinkedHashMap<>();
        for (int i = 0; i < minutes.size(); i++) {
            Minute minute = minutes.get(i);
            String prefix = "confirm_minute_" + (i + 1) + "_";
            figures.put(prefix + "messages", minute.confirms);
            figures.put(prefix + "percent_under_1_ms", percent(minute.underShortest, minute));
            figures.put(prefix + "percent_under_10_ms", percent(minute.underLongest, minute));
            figures.put(prefix + "longest_ms", minute.longestNanos / 1e6);
            long stolenThroughMs = i + 1 < minutes.size() ? minutes.get(i + 1).stolenBeforeMs : stolenMs.getAsLong();
            figures.put(prefix + "stolen_ms", stolenThroughMs - minute.stolenBeforeMs);
        }
        return figures;
    }

    private static double percent(long messages, Minute of) {
        return 100.0 * messages / Math.max(1, of.confirms);
    }
}
