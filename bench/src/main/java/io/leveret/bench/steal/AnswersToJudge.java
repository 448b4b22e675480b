package io.leveret.bench.steal;

import java.util.concurrent.atomic.AtomicLong;

/** The answers that wait for a verdict, in the order in which they came. One thread adds, another one takes; neither waits. */
final class AnswersToJudge {

    /** A second of the fastest loads; what finds no place gets no verdict. */
    static final int ANSWERS_MAX = 1 << 18;

    interface Verdict {

        /** False if there is none yet. */
        boolean on(long intendedNanos, long tookNanos);
    }

    private final long[] intendedNanos = new long[ANSWERS_MAX];
    private final long[] tookNanos = new long[ANSWERS_MAX];
    private final AtomicLong added = new AtomicLong();
    private final AtomicLong judged = new AtomicLong();

    void add(long intended, long took) {
        long next = added.get();
        if (next - judged.get() == ANSWERS_MAX) {
            return;
        }
        intendedNanos[slot(next)] = intended;
        tookNanos[slot(next)] = took;
        added.lazySet(next + 1);
    }

    /** Takes answers up to the first on which there is no verdict yet. */
    void judge(Verdict verdict) {
        long next = judged.get();
        for (long end = added.get(); next < end; next++) {
            if (!verdict.on(intendedNanos[slot(next)], tookNanos[slot(next)])) {
                break;
            }
        }
        judged.lazySet(next);
    }

    boolean isEmpty() {
        return judged.get() == added.get();
    }

    private static int slot(long answer) {
        return (int) (answer % ANSWERS_MAX);
    }
}
