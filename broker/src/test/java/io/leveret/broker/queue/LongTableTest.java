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
        Random random = new Random(repetition.getCurrentRepetition());
        LongTable table = new LongTable();
        Map<Long, Long> map = new HashMap<>();
        for (int step = 0; step < 5_000; step++) {
            // Grows, and then shrinks again.
            boolean puts = random.nextInt(10) < (step < 2_500 ? 7 : 3);
            long key = random.nextLong(1, 1_001);
            if (puts) {
                table.put(key, step);
                map.put(key, (long) step);
            } else {
                Long removed = map.remove(key);
                assertThat(table.remove(key)).isEqualTo(removed == null ? LongTable.NONE : removed);
            }
            long asked = random.nextLong(1, 1_001);
            assertThat(table.contains(asked)).isEqualTo(map.containsKey(asked));
            assertThat(table.get(asked)).isEqualTo(map.getOrDefault(asked, LongTable.NONE));
            assertThat(table.size()).isEqualTo(map.size());
        }
        Map<Long, Long> all = new HashMap<>();
        table.forEach(all::put);
        assertThat(all).isEqualTo(map);
    }
}
