package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.queue.QueueSettings;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DeliveryTimesTest {

    @Test
    void neverTakesADeliveryForOlderThanItIs() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            DeliveryTimes times = new DeliveryTimes();
            TreeMap<Long, Long> given = new TreeMap<>();
            long nowMs = 1_000;
            long tag = 0;
            for (int step = 0; step < 100; step++) {
                for (int i = random.nextInt(4); i > 0; i--) {
                    given.put(++tag, nowMs);
                }
                while (!given.isEmpty() && random.nextInt(3) == 0) {
                    given.pollFirstEntry();
                }
                if (!given.isEmpty()) {
                    times.look(given.firstKey(), tag, nowMs);
                }
                nowMs += random.nextInt(500);
                long timeMs = nowMs - random.nextInt(2_000);
                long old = times.givenBy(timeMs);
                for (long each : given.headMap(old, true).keySet()) {
                    assertThat(given.get(each))
                            .as("seed %d, tag %d", seed, each)
                            .isLessThanOrEqualTo(timeMs);
                }
            }
        }
    }

    @Test
    void knowsTheAgeOfWhatWasThereAtALook() {
        DeliveryTimes times = new DeliveryTimes();
        times.look(1, 2, 100);
        times.look(1, 5, 200);

        assertThat(times.givenBy(99)).isZero();
        assertThat(times.givenBy(100)).isEqualTo(2);
        assertThat(times.givenBy(500)).isEqualTo(5);
    }

    /** Two looks a second for six days, while the first delivery is never acknowledged. */
    @Test
    void remembersFewTimesOfADeliveryThatStaysForDays() {
        DeliveryTimes times = new DeliveryTimes();
        long interval = 500;
        int most = 0;
        int looks = 1_000_000;
        for (int look = 1; look <= looks; look++) {
            times.look(1, look, look * interval);
            most = Math.max(most, times.marks());
        }

        assertThat(most).isLessThan(1_000);
        for (long ageMs = 1_000; ageMs < looks * interval; ageMs += ageMs / 7) {
            long timeMs = looks * interval - ageMs;
            long given = times.givenBy(timeMs) * interval;
            assertThat(given).isLessThanOrEqualTo(timeMs).isGreaterThanOrEqualTo(timeMs - ageMs / 15 - 2 * interval);
        }
    }

    @Test
    void theTimeOfWhatWasGotHoldsForAsLongAsItIsOutstanding() {
        DeliveryTimes times = new DeliveryTimes();
        times.others(300, 4);
        times.others(500, 6);

        assertThat(times.shortestOfOthersMs(6)).isEqualTo(300);
        assertThat(times.shortestOfOthersMs(7)).isEqualTo(QueueSettings.NONE);
        assertThat(times.shortestOfOthersMs(1)).isEqualTo(QueueSettings.NONE);
    }
}
