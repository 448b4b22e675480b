package io.leveret.interop.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoopReportTest {

    private static final String STUCK =
            "10:00:00.000 WARN  event loop did not turn for 60.5 ms: loop=loop-1 own_ms=35.5 collector_ms=10.0"
                    + " standstill_ms=20.0 queued_ms=5.0 stolen_ms=0.0 cpu_ms=30.0 stack=RUNNABLE in Queue.purge:12 < Loop.run:3\n";
    private static final String SUMMARY = """
            10:00:01.000 INFO  event loop watchdog: loop=loop-1 longest_ms=60.5 longest_own_ms=35.5 own_over_20_ms=1
            10:00:01.000 INFO  event loop watchdog: loop=loop-2 longest_ms=70.0 longest_own_ms=2.0 own_over_20_ms=0
            10:00:01.000 INFO  event loop watchdog: collector_pauses=7 longest_ms=10.0 standstills=2 longest_ms=20.0
            """;

    @Test
    void putsTheLongestOfAllLoopsBesideTheCollectors() {
        assertThat(LoopReport.of(SUMMARY))
                .containsExactly("event loops: longest time between turns 35.5 ms of their own, 70.0 ms in all;"
                        + " longest of 7 collector pauses 10.0 ms, of 2 standstills 20.0 ms");
    }

    @Test
    void tellsWhatALoopDidThatWasAwayTooLong() {
        assertThat(LoopReport.of(STUCK + SUMMARY))
                .last()
                .isEqualTo("OVER 20 ms: event loop did not turn for 60.5 ms: loop=loop-1 own_ms=35.5 collector_ms=10.0"
                        + " standstill_ms=20.0 queued_ms=5.0 stolen_ms=0.0 cpu_ms=30.0"
                        + " stack=RUNNABLE in Queue.purge:12 < Loop.run:3");
    }

    @Test
    void tellsOfALongGapThoughTheServerWasKilled() {
        assertThat(LoopReport.of("killed\n" + STUCK))
                .singleElement()
                .asString()
                .startsWith("OVER 20 ms: event loop did not turn for 60.5 ms");
        assertThat(LoopReport.of("killed\n")).isEmpty();
    }

    @Test
    void showsALineItCanNotReadRatherThanNone() {
        String other = STUCK.replace("own_ms", "else_ms");
        assertThat(LoopReport.of(STUCK + other)).first().asString().contains("else_ms");
    }

    @Test
    void showsTheLongestFew() {
        String longer = STUCK.replace("own_ms=35.5", "own_ms=45.5");
        assertThat(LoopReport.of(STUCK.repeat(4) + longer))
                .hasSize(4)
                .startsWith(LoopReport.of(longer).get(0))
                .endsWith("OVER 20 ms: 2 more");
    }
}
