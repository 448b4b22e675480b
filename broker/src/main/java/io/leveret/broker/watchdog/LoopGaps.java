package io.leveret.broker.watchdog;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongBinaryOperator;
import java.util.stream.Stream;

/**
 * The longest gaps of each loop, as they are and as far as they are its own: without the collector's pauses and others of the
 * whole process, and without the time in which the operating system gave the loop no processor, or the machine's host took one away.
 * A gap is judged a moment after it ended, since the JVM tells of a pause only then. Owned by the watchdog's thread.
 */
final class LoopGaps {

    /** Longer than this, by itself, no loop may be away. */
    static final long ALLOWED_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    static final long JUDGED_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** A gap that is not the longest is logged if none was for so long: else those of the JVM's start would hide all later ones. */
    static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What is known of one loop. */
    private static final class Longest {
        long nanos;
        long ownNanos;
        long tooLong;
        long loggedNanos = Long.MIN_VALUE / 2;
    }

    private final Pauses collector;
    private final Pauses standstills;
    private final LongBinaryOperator stolen;
    private final Consumer<String> warn;
    private final ArrayDeque<Gap> unjudged = new ArrayDeque<>();
    private final Map<String, Longest> longest = new TreeMap<>();

    /** @param stolen for how long, in ns, the machine's host took a processor away from one {@link System#nanoTime} to another */
    LoopGaps(Pauses collector, Pauses standstills, LongBinaryOperator stolen, Consumer<String> warn) {
        this.collector = collector;
        this.standstills = standstills;
        this.stolen = stolen;
        this.warn = warn;
    }

    void add(Gap gap) {
        Longest known = longest.computeIfAbsent(gap.loop(), loop -> new Longest());
        known.nanos = Math.max(known.nanos, gap.nanos());
        // What is neither long nor longer than any before can't become so by being judged.
        if (gap.nanos() > Math.min(known.ownNanos, ALLOWED_NANOS)) {
            unjudged.add(gap);
        }
    }

    /** Judges what ended long enough ago. */
    void judgeDue(long nowNanos) {
        Gap first = unjudged.peek();
        while (first != null && nowNanos - first.toNanos() >= JUDGED_AFTER_NANOS) {
            judge(unjudged.remove());
            first = unjudged.peek();
        }
    }

    /** Judges all. */
    void judge() {
        unjudged.forEach(this::judge);
        unjudged.clear();
    }

    private void judge(Gap gap) {
        Longest known = longest.computeIfAbsent(gap.loop(), loop -> new Longest());
        long collecting = collector.overlapNanos(gap.fromNanos(), gap.toNanos());
        long standing = standstills.overlapNanos(gap.fromNanos(), gap.toNanos());
        long taken = stolen.applyAsLong(gap.fromNanos(), gap.toNanos());
        // While a host has taken the processor, the process may be seen to stand, or others to wait: it counts once.
        long excused = Math.max(Math.max(collecting, standing) + gap.queuedNanos(), taken);
        long own = Math.max(0, gap.nanos() - excused);
        if (own > ALLOWED_NANOS) {
            known.tooLong++;
            if (own > known.ownNanos || gap.toNanos() - known.loggedNanos >= QUIET_NANOS) {
                known.loggedNanos = gap.toNanos();
                warn.accept(line(gap, own, collecting, standing, taken));
            }
        }
        known.ownNanos = Math.max(known.ownNanos, own);
    }

    private static String line(Gap gap, long own, long collecting, long standing, long taken) {
        return String.format(
                Locale.ROOT,
                "event loop did not turn for %.1f ms: loop=%s own_ms=%.1f collector_ms=%.1f standstill_ms=%.1f queued_ms=%.1f stolen_ms=%.1f cpu_ms=%.1f stack=%s",
                ms(gap.nanos()),
                gap.loop(),
                ms(own),
                ms(collecting),
                ms(standing),
                ms(gap.queuedNanos()),
                ms(taken),
                ms(gap.cpuNanos()),
                gap.stack().isEmpty() ? "unknown" : gap.stack());
    }

    /** A line for each loop, and one for what stopped them all. */
    List<String> summary() {
        Stream<String> loops = longest.entrySet().stream().map(loop -> summary(loop.getKey(), loop.getValue()));
        String pauses = String.format(
                Locale.ROOT,
                "event loop watchdog: collector_pauses=%d longest_ms=%.1f standstills=%d longest_ms=%.1f",
                collector.count(),
                ms(collector.longestNanos()),
                standstills.count(),
                ms(standstills.longestNanos()));
        return Stream.concat(loops, Stream.of(pauses)).toList();
    }

    private static String summary(String loop, Longest known) {
        return String.format(
                Locale.ROOT,
                "event loop watchdog: loop=%s longest_ms=%.1f longest_own_ms=%.1f own_over_20_ms=%d",
                loop,
                ms(known.nanos),
                ms(known.ownNanos),
                known.tooLong);
    }

    private static double ms(long nanos) {
        return nanos / 1e6;
    }
}
