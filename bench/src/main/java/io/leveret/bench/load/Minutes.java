package io.leveret.bench.load;

import io.leveret.bench.figures.Latencies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The confirms of each minute of a run, by when each message was meant to be sent: a broker that has just started is slower than later.
 * Owned by the loop.
 */
final class Minutes {

    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final List<Minute> minutes = new ArrayList<>();
    private final long beginNanos;

    private static final class Minute {
        private long confirms;
        private long inTime;
        private long longestNanos;
    }

    Minutes(long beginNanos) {
        this.beginNanos = beginNanos;
    }

    void confirmed(long intendedNanos, long latencyNanos) {
        // What was sent in the warm-up belongs to the first one.
        int number = (int) Math.max(0, (intendedNanos - beginNanos) / MINUTE_NANOS);
        while (minutes.size() <= number) {
            minutes.add(new Minute());
        }
        Minute minute = minutes.get(number);
        minute.confirms++;
        if (latencyNanos <= Latencies.SHORTEST_LIMIT_NANOS) {
            minute.inTime++;
        }
        minute.longestNanos = Math.max(minute.longestNanos, latencyNanos);
    }

    /** Those of the first minute have the number 1. */
    Map<String, Number> figures() {
        Map<String, Number> figures = new LinkedHashMap<>();
        for (int i = 0; i < minutes.size(); i++) {
            Minute minute = minutes.get(i);
            figures.put(
                    "confirm_minute_" + (i + 1) + "_percent_under_1_ms",
                    100.0 * minute.inTime / Math.max(1, minute.confirms));
            figures.put("confirm_minute_" + (i + 1) + "_longest_ms", minute.longestNanos / 1e6);
        }
        return figures;
    }
}
