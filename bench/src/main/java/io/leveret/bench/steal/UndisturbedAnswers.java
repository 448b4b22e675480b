package io.leveret.bench.steal;

import io.leveret.bench.figures.Latencies;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * Sorts out the answers to messages in whose time the host took something from a processor. One thread adds answers, another one looks what
 * was stolen and alone touches the histogram of the others.
 */
final class UndisturbedAnswers {

    private final StolenSpans stolen;
    private final LongSupplier stolenTicks;
    private final Histogram nanos = Latencies.histogram();
    private final AnswersToJudge answers = new AnswersToJudge();

    /** {@code stolenTicks}: since it was asked last. */
    UndisturbedAnswers(long nowNanos, LongSupplier stolenTicks) {
        stolen = new StolenSpans(nowNanos);
        this.stolenTicks = stolenTicks;
    }

    void add(long intendedNanos, long tookNanos) {
        answers.add(intendedNanos, tookNanos);
    }

    void look(long nowNanos) {
        stolen.look(nowNanos, stolenTicks.getAsLong());
        answers.judge(this::verdict);
    }

    boolean allJudged() {
        return answers.isEmpty();
    }

    /** Of those judged so far. */
    Histogram nanos() {
        return nanos;
    }

    /**
     * The same length of time decides for every message, from when it was meant to be sent: it holds the whole life of each that is in time
     * by all limits. What is later has missed them by its end already, whatever is stolen from then on; and if its own life decided,
     * the longer ones would be left out more often just for being long.
     */
    private boolean verdict(long intendedNanos, long tookNanos) {
        long untilNanos = intendedNanos + Latencies.LONGEST_LIMIT_NANOS;
        if (!stolen.decided(untilNanos)) {
            return false;
        }
        if (stolen.undisturbed(intendedNanos, untilNanos)) {
            Latencies.record(nanos, tookNanos);
        }
        return true;
    }
}
