package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LateTagsTest {

    @Test
    void areThoseOfAPlainSet() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            LateTags late = new LateTags();
            TreeSet<Long> plain = new TreeSet<>();
            for (int step = 0; step < 300; step++) {
                long tag = 1L + random.nextInt(40);
                int what = random.nextInt(10);
                if (what == 0) {
                    late.removeThrough(tag);
                    plain.headSet(tag, true).clear();
                } else if (what < 5) {
                    assertThat(late.remove(tag)).as("seed %d", seed).isEqualTo(plain.remove(tag));
                } else if (plain.add(tag)) {
                    late.add(tag);
                }
                for (long each = 0; each <= 42; each++) {
                    assertThat(late.contains(each))
                            .as("seed %d, step %d, tag %d", seed, step, each)
                            .isEqualTo(plain.contains(each));
                }
            }
        }
    }

    @Test
    void neighboursTakeNoRoomAndTheOldestGoWhenThereAreTooMany() {
        LateTags late = new LateTags();
        for (long tag = 1; tag <= 1_000_000; tag++) {
            late.add(tag);
        }
        assertThat(late.ranges()).isOne();

        for (long tag = 2_000_000; tag <= 2_100_000; tag += 2) {
            late.add(tag);
        }
        assertThat(late.ranges()).isEqualTo(10_000);
        assertThat(late.contains(1)).isFalse();
        assertThat(late.contains(2_100_000)).isTrue();
    }
}
