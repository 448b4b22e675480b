package io.leveret.bench.steal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersToJudgeTest {

    private final AnswersToJudge answers = new AnswersToJudge();
    private final List<String> judged = new ArrayList<>();

    @Test
    void handsThemOverInOrderUpToTheFirstWithoutAVerdict() {
        answers.add(10, 1);
        answers.add(20, 2);
        answers.add(30, 3);

        judgeUntil(20);
        assertThat(judged).containsExactly("10+1", "20+2");
        assertThat(answers.isEmpty()).isFalse();

        judgeUntil(30);
        assertThat(judged).containsExactly("10+1", "20+2", "30+3");
        assertThat(answers.isEmpty()).isTrue();
    }

    @Test
    void usesAPlaceAgain() {
        for (int answer = 0; answer < AnswersToJudge.ANSWERS_MAX + 2; answer++) {
            answers.add(answer, 0);
            answers.judge((intended, took) -> true);
        }
        answers.add(10, 1);

        judgeUntil(10);
        assertThat(judged).containsExactly("10+1");
    }

    @Test
    void leavesOutWhatHasNoPlace() {
        for (int answer = 0; answer < AnswersToJudge.ANSWERS_MAX + 2; answer++) {
            answers.add(answer, 0);
        }

        List<Long> taken = new ArrayList<>();
        answers.judge((intended, took) -> taken.add(intended));

        assertThat(taken).hasSize(AnswersToJudge.ANSWERS_MAX).last().isEqualTo(AnswersToJudge.ANSWERS_MAX - 1L);
    }

    private void judgeUntil(long lastIntended) {
        answers.judge((intended, took) -> intended <= lastIntended && judged.add(intended + "+" + took));
    }
}
