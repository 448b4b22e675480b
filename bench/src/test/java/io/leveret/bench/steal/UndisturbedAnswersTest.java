package io.leveret.bench.steal;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Looks each 10 ms; the ticks that the next of them sees are told before it. */
class UndisturbedAnswersTest {

    private static final long MS = 1_000_000;
    private static final long LOOK_MS = 10;

    private long lookedMs;
    private long ticks;
    private final UndisturbedAnswers answers = new UndisturbedAnswers(0, () -> ticks);

    @Test
    void countsAnAnswerOnceItsTimeIsDecided() {
        lookUntil(500);
        answers.add(499 * MS, MS / 2);

        lookUntil(1_500);
        assertThat(count()).isZero();
        assertThat(answers.allJudged()).isFalse();

        lookUntil(1_510);
        assertThat(count()).isEqualTo(1);
        assertThat(answers.nanos().getMaxValue()).isCloseTo(MS / 2, within(1));
        assertThat(answers.allJudged()).isTrue();
    }

    @Test
    void leavesOutAnAnswerDuringWhichSomethingWasStolen() {
        lookUntil(500);
        answers.add(499 * MS, MS / 2);
        charge(1);
        lookUntil(2_000);

        assertThat(count()).isZero();
        assertThat(answers.allJudged()).isTrue();
    }

    @Test
    void leavesOutAnAnswerOfASliceThatIsChargedLongAfterIt() {
        lookUntil(500);
        answers.add(499 * MS, MS / 2);
        lookUntil(1_300);
        charge(85);
        lookUntil(2_500);

        assertThat(count()).isZero();
    }

    @Test
    void countsALateAnswerWhateverIsStolenOnceItIsLate() {
        lookUntil(600);
        charge(1);
        // Meant to be sent 100 ms ago: it was late for 40 ms when, with the margin, something may have been stolen.
        answers.add(510 * MS, 100 * MS);
        lookUntil(2_000);

        assertThat(count()).isEqualTo(1);
        assertThat(answers.nanos().getMaxValue()).isCloseTo(100 * MS, within(1));
    }

    @Test
    void leavesOutALateAnswerIfSomethingWasStolenBeforeItWasLate() {
        lookUntil(600);
        charge(1);
        answers.add(551 * MS, 59 * MS);
        lookUntil(2_000);

        assertThat(count()).isZero();
    }

    private static Percentage within(double percent) {
        return Percentage.withPercentage(percent);
    }

    private long count() {
        return answers.nanos().getTotalCount();
    }

    private void lookUntil(long untilMs) {
        while (lookedMs < untilMs) {
            look();
        }
    }

    private void charge(long charged) {
        ticks = charged;
        look();
        ticks = 0;
    }

    private void look() {
        lookedMs += LOOK_MS;
        answers.look(lookedMs * MS);
    }
}
