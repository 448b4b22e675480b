package io.leveret.broker.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class SplitMapTest {

    private final SplitMap<Integer, String> map = new SplitMap<>();

    /** It and a plain map must agree, before and after it is split; a failure prints the seed that repeats it. */
    @RepeatedTest(20)
    void agreesWithAPlainMap(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Map<Integer, String> plain = new HashMap<>();
        int keys = 1 + random.nextInt(3 * SplitMap.SPLIT_AT);
        for (int i = 0; i < 10_000; i++) {
            Integer key = random.nextInt(keys);
            String value = "value " + i;
            Object expected;
            Object actual;
            if (random.nextInt(4) == 0) {
                expected = plain.remove(key);
                actual = map.remove(key);
            } else if (random.nextInt(4) == 0) {
                expected = plain.computeIfAbsent(key, absent -> value);
                actual = map.computeIfAbsent(key, absent -> value);
            } else {
                expected = plain.put(key, value);
                actual = map.put(key, value);
            }
            assertThat(actual)
                    .as("seed %d, step %d", repetition.getCurrentRepetition(), i)
                    .isEqualTo(expected);
        }
        assertThat(shown())
                .as("seed %d", repetition.getCurrentRepetition())
                .containsExactlyInAnyOrderElementsOf(plain.values())
                .hasSize(map.size());
    }

    @Test
    void showsNothingWhileEmpty() {
        assertThat(shown()).isEmpty();
        assertThat(map.isEmpty()).isTrue();
    }

    @Test
    void keepsAllWhenItSplits() {
        for (int i = 0; i < 2 * SplitMap.SPLIT_AT; i++) {
            map.put(i, "value " + i);
        }

        for (int i = 0; i < 2 * SplitMap.SPLIT_AT; i++) {
            assertThat(map.get(i)).isEqualTo("value " + i);
        }
        assertThat(shown()).hasSize(2 * SplitMap.SPLIT_AT);
    }

    private List<String> shown() {
        List<String> shown = new ArrayList<>();
        map.values().forEach(shown::add);
        return shown;
    }
}
