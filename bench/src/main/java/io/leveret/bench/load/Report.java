package io.leveret.bench.load;

import io.leveret.bench.figures.Json;
import io.leveret.bench.figures.Latencies;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The figures of one run, by name, in the order in which they are printed. */
record Report(Map<String, Number> figures) {

    /** The figures of the interval between two snapshots. */
    static Report of(Load load, Snapshot from, Snapshot to, Tally tally) {
        double seconds = (to.nanos() - from.nanos()) / (double) TimeUnit.SECONDS.toNanos(1);
        long delivered = to.delivered() - from.delivered();
        long published = to.sent() - from.sent();
        Map<String, Number> figures = new LinkedHashMap<>();
        figures.put("seconds", seconds);
        figures.put("delivered", delivered);
        figures.put("published", published);
        figures.put("delivered_per_second", delivered / seconds);
        figures.put("published_per_second", published / seconds);
        figures.putAll(Latencies.of("latency_", tally.deliveryNanos()));
        if (load.confirmWindow() > 0) {
            figures.put("confirmed_per_second", (to.confirmed() - from.confirmed()) / seconds);
            figures.put("nacked", tally.nacks());
            figures.putAll(Latencies.of("confirm_", tally.confirmNanos()));
            figures.putAll(tally.minutes().figures());
        }
        if (load.brokerPid().isPresent()) {
            long micros = to.broker().cpuMicros() - from.broker().cpuMicros();
            figures.put("broker_cpu_us_per_delivered", (double) micros / delivered);
            figures.put("broker_cpu_us_per_published", (double) micros / published);
            figures.put("broker_cores", micros / seconds / TimeUnit.SECONDS.toMicros(1));
            figures.put("broker_rss_kib", to.broker().residentKib());
        }
        long own = to.generator().cpuMicros() - from.generator().cpuMicros();
        figures.put("generator_cpu_us_per_delivered", (double) own / delivered);
        figures.put("lost", tally.lost());
        return new Report(figures);
    }

    /** With the figures of the confirms that the machine's host left alone; the same as this where it isn't known which these are. */
    Report withUndisturbed(@Nullable Histogram undisturbedNanos, Histogram confirmNanos) {
        if (undisturbedNanos == null) {
            return this;
        }
        Map<String, Number> all = new LinkedHashMap<>(figures);
        all.putAll(Latencies.ofPart("confirm_undisturbed_", undisturbedNanos, confirmNanos));
        return new Report(all);
    }

    /** One line of {@code name=value}. */
    String line() {
        return figures.entrySet().stream()
                .map(figure -> figure.getKey() + "=" + Json.number(figure.getValue()))
                .collect(Collectors.joining(" "));
    }

    String json() {
        return Json.object(figures);
    }

    boolean complete() {
        return figures.getOrDefault("lost", 0L).longValue() == 0;
    }
}
