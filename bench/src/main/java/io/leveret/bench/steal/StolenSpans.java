package io.leveret.bench.steal;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * The time in which the host took something from a processor, as far as its ticks tell, with a margin. Used by one thread; is told the
 * time and the ticks, and knows nothing before it was told of them first.
 */
final class StolenSpans {

    /**
     * Before what is stolen for sure and after it. A processor's losses show once they fill a tick of 10 ms, so the last tick may have
     * begun with the crumbs of earlier slices; and Linux charges a slice at its own next tick after it, 4 ms later at 250 Hz. After a
     * slice, what came during it is caught up with, and threads that were woken take their turns, a tick of Linux each.
     */
    static final long MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    /**
     * For so long what was stolen may still turn up: a slice is charged when it is over, and while one processor is away the others go on.
     * Of a longer slice, what lies more than this before its end may have been taken for time in which nothing was stolen.
     */
    static final long CHARGED_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Each is longer than 60 ms, so these are more than ten minutes that were stolen without a pause. */
    static final int SPANS_MAX = 10_000;

    private record Span(long fromNanos, long toNanos) {}

    private final ArrayDeque<Span> spans = new ArrayDeque<>();
    private long knownFromNanos;
    private long lookedNanos;

    StolenSpans(long nowNanos) {
        knownFromNanos = nowNanos + MARGIN_NANOS;
        lookedNanos = nowNanos;
    }

    /** So many ticks were charged since the last look. */
    void look(long nowNanos, long ticks) {
        if (ticks > 0) {
            // They were charged at any time since then; at the longest, what they stand for ended there.
            add(lookedNanos - ticks * StealTicks.TICK_NANOS - MARGIN_NANOS, nowNanos + MARGIN_NANOS);
        }
        lookedNanos = nowNanos;
    }

    private void add(long fromNanos, long toNanos) {
        long from = fromNanos;
        while (!spans.isEmpty() && spans.getLast().toNanos() - from >= 0) {
            from = Math.min(from, spans.removeLast().fromNanos());
        }
        if (spans.size() == SPANS_MAX) {
            knownFromNanos = spans.removeFirst().toNanos();
        }
        spans.addLast(new Span(from, toNanos));
    }

    /** Whether all is known that was stolen until then. */
    boolean decided(long untilNanos) {
        return lookedNanos - untilNanos >= CHARGED_WITHIN_NANOS;
    }

    /** Whether nothing was stolen in all of this time; what lies before the first look was stolen. */
    boolean undisturbed(long fromNanos, long toNanos) {
        if (fromNanos - knownFromNanos < 0) {
            return false;
        }
        for (Iterator<Span> newest = spans.descendingIterator(); newest.hasNext(); ) {
            Span span = newest.next();
            if (span.toNanos() - fromNanos < 0) {
                return true;
            }
            if (span.fromNanos() - toNanos <= 0) {
                return false;
            }
        }
        return true;
    }
}
