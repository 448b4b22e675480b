package io.leveret.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MinutesTest {

    private static final long BEGIN_NANOS = 1_000;
    private static final long FAST = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long SLOW = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long SLOWEST = TimeUnit.MILLISECONDS.toNanos(20);

    private long stolenMs = 100;
    private final Minutes minutes = new Minutes(BEGIN_NANOS, () -> stolenMs);

    @Test
    void tellsTheSharesInTimeTheLongestAndWhatTheHostTookOfEachMinuteInWhichMessagesWereMeantToBeSent() {
        minutes.confirmed(BEGIN_NANOS - 1, FAST);
        minutes.confirmed(BEGIN_NANOS, SLOW);
        minutes.confirmed(BEGIN_NANOS + TimeUnit.MINUTES.toNanos(1) - 1, FAST);
        stolenMs = 130;
        minutes.confirmed(BEGIN_NANOS, FAST);
        minutes.confirmed(BEGIN_NANOS + TimeUnit.MINUTES.toNanos(1), SLOWEST);
        stolenMs = 150;

        assertThat(minutes.figures())
                .containsExactly(
                        entry("confirm_minute_1_messages", 4L),
                        entry("confirm_minute_1_percent_under_1_ms", 75.0),
                        entry("confirm_minute_1_percent_under_10_ms", 100.0),
                        entry("confirm_minute_1_longest_ms", 2.0),
                        entry("confirm_minute_1_stolen_ms", 30L),
                        entry("confirm_minute_2_messages", 1L),
                        entry("confirm_minute_2_percent_under_1_ms", 0.0),
                        entry("confirm_minute_2_percent_under_10_ms", 0.0),
                        entry("confirm_minute_2_longest_ms", 20.0),
                        entry("confirm_minute_2_stolen_ms", 20L));
    }

    @Test
    void tellsNothingOfARunWithoutConfirms() {
        assertThat(minutes.figures()).isEmpty();
    }
}
