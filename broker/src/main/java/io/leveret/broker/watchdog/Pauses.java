package io.leveret.broker.watchdog;

import java.util.ArrayDeque;

/** Spans of time in which something stood still, the latest of them kept. May be used from any thread. */
final class Pauses {

    /** Gaps are judged within a second, in which a collector can't do so much. */
    private static final int KEPT = 1000;

    private record Span(long fromNanos, long toNanos) {

        long overlap(long from, long to) {
            return Math.max(0, Math.min(to, toNanos) - Math.max(from, fromNanos));
        }
    }

    private final ArrayDeque<Span> spans = new ArrayDeque<>();
    private long count;
    private long longestNanos;

    synchronized void add(long fromNanos, long toNanos) {
        count++;
        longestNanos = Math.max(longestNanos, toNanos - fromNanos);
        if (spans.size() == KEPT) {
            spans.removeFirst();
        }
        spans.addLast(new Span(fromNanos, toNanos));
    }

    /** How much of this time the pauses took. */
    synchronized long overlapNanos(long fromNanos, long toNanos) {
        return spans.stream()
                .mapToLong(span -> span.overlap(fromNanos, toNanos))
                .sum();
    }

    synchronized long count() {
        return count;
    }

    synchronized long longestNanos() {
        return longestNanos;
    }
}
