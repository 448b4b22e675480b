package io.leveret.bench.figures;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The figures of a histogram of nanoseconds, by name; the same names for whatever was timed. */
public final class Latencies {

    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 3;

    /** It is told how many times are at most so long. */
    public static final long SHORTEST_LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Nothing is told of how much later a time is, but in percentiles. */
    public static final long LONGEST_LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Latencies() {}

    /** Empty, for times up to ten minutes. */
    public static Histogram histogram() {
        return new Histogram(LONGEST_NANOS, DIGITS);
    }

    public static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.min(Math.max(nanos, 0), LONGEST_NANOS));
    }

    /** In the order in which they are printed. */
    public static Map<String, Number> of(String prefix, Histogram nanos) {
        Map<String, Number> figures = new LinkedHashMap<>();
        figures.put(prefix + "p50_us", nanos.getValueAtPercentile(50) / 1e3);
        figures.put(prefix + "p99_us", nanos.getValueAtPercentile(99) / 1e3);
        figures.put(prefix + "p999_us", nanos.getValueAtPercentile(99.9) / 1e3);
        figures.put(prefix + "p9999_us", nanos.getValueAtPercentile(99.99) / 1e3);
        figures.put(prefix + "max_us", nanos.getMaxValue() / 1e3);
        figures.put(prefix + "percent_under_1_ms", nanos.getPercentileAtOrBelowValue(SHORTEST_LIMIT_NANOS));
        figures.put(prefix + "percent_under_10_ms", nanos.getPercentileAtOrBelowValue(LONGEST_LIMIT_NANOS));
        return figures;
    }

    /** How many of all times these are, and, if there are any, their figures. */
    public static Map<String, Number> ofPart(String prefix, Histogram part, Histogram all) {
        Map<String, Number> figures = new LinkedHashMap<>();
        figures.put(prefix + "messages", part.getTotalCount());
        figures.put(prefix + "percent", 100.0 * part.getTotalCount() / Math.max(1, all.getTotalCount()));
        if (part.getTotalCount() > 0) {
            figures.putAll(of(prefix, part));
        }
        return figures;
    }
}
