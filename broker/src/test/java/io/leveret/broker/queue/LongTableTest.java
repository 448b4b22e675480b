package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class LongTableTest {

    @RepeatedTest(20)
    void isAMap(RepetitionInfo repetition) {
        compare(repetition.getCurrentRepetition(), 5_000, 1_001);
    }

    /** It is divided, and whole again. */
    @RepeatedTest(2)
    void isAMapWhenItIsLarge(RepetitionInfo repetition) {
        compare(repetition.getCurrentRepetition(), 40 * LongTable.WHOLE, 4 * LongTable.WHOLE);
    }

    private static void compare(int seed, int steps, int keys) {
        Random random = new Random(seed);
        LongTable table = new LongTable();
        Map<Long, Long> map = new HashMap<>();
        for (int step = 0; step < steps; step++) {
            // Grows, and then shrinks again, to nearly nothing.
            boolean puts = random.nextInt(100) < (step < steps / 2 ? 70 : 2);
            long key = random.nextLong(1, keys);
            if (puts) {
                table.put(key, step);
                map.put(key, (long) step);
            } else {
                Long removed = map.remove(key);
                assertThat(table.remove(key)).as("seed %d", seed).isEqualTo(removed == null ? LongTable.NONE : removed);
            }
            long asked = random.nextLong(1, keys);
            assertThat(table.contains(asked)).isEqualTo(map.containsKey(asked));
            assertThat(table.get(asked)).isEqualTo(map.getOrDefault(asked, LongTable.NONE));
            assertThat(table.size()).isEqualTo(map.size());
        }
        assertThat(table.memoryBytes()).isLessThan(16L * LongTable.WHOLE);
        Map<Long, Long> all = new HashMap<>();
        table.forEach(all::put);
        assertThat(all).isEqualTo(map);
    }
}
