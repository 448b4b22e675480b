package io.leveret.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ScheduleTest {

    private static final long START = 1_000_000;

    private final Schedule steady = Schedule.steady(1_000);

    @Test
    void thePublishesOfASteadyScheduleStandOnAGrid() {
        steady.begin(START);

        assertThat(steady.due(START)).isEqualTo(1);
        assertThat(steady.next(START)).isEqualTo(START);
        assertThat(steady.due(START)).isZero();
        assertThat(steady.nanosToNext(START)).isEqualTo(1_000_000);
    }

    @Test
    void aLateSendDoesNotMoveTheGrid() {
        steady.begin(START);
        long late = START + 2_500_000;

        assertThat(steady.due(late)).isEqualTo(3);
        assertThat(steady.next(late)).isEqualTo(START);
        assertThat(steady.next(late)).isEqualTo(START + 1_000_000);
        assertThat(steady.next(late)).isEqualTo(START + 2_000_000);
        assertThat(steady.nanosToNext(late)).isEqualTo(500_000);
    }

    @Test
    void anUnlimitedScheduleMeansNow() {
        Schedule unlimited = Schedule.unlimited();

        assertThat(unlimited.due(START)).isEqualTo(Integer.MAX_VALUE);
        assertThat(unlimited.next(START)).isEqualTo(START);
    }
}
