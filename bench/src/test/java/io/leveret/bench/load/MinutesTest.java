package io.leveret.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MinutesTest {

    private static final long BEGIN_NANOS = 1_000;
    private static final long FAST = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long SLOW = TimeUnit.MILLISECONDS.toNanos(2);

    private final Minutes minutes = new Minutes(BEGIN_NANOS);

    @Test
    void tellsTheShareInTimeAndTheLongestOfEachMinuteInWhichMessagesWereMeantToBeSent() {
        minutes.confirmed(BEGIN_NANOS - 1, FAST);
        minutes.confirmed(BEGIN_NANOS, SLOW);
        minutes.confirmed(BEGIN_NANOS + TimeUnit.MINUTES.toNanos(1) - 1, FAST);
        minutes.confirmed(BEGIN_NANOS, FAST);
        minutes.confirmed(BEGIN_NANOS + TimeUnit.MINUTES.toNanos(1), SLOW);

        assertThat(minutes.figures())
                .containsExactly(
                        entry("confirm_minute_1_percent_under_1_ms", 75.0),
                        entry("confirm_minute_1_longest_ms", 2.0),
                        entry("confirm_minute_2_percent_under_1_ms", 0.0),
                        entry("confirm_minute_2_longest_ms", 2.0));
    }

    @Test
    void tellsNothingOfARunWithoutConfirms() {
        assertThat(minutes.figures()).isEmpty();
    }
}
