package io.leveret.broker.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopGapsTest {

    private static final long MS = 1_000_000;

    private final Pauses collector = new Pauses();
    private final Pauses standstills = new Pauses();
    private final List<String> warnings = new ArrayList<>();
    private long stolenMs;
    private final LoopGaps gaps = new LoopGaps(collector, standstills, (from, to) -> stolenMs * MS, warnings::add);

    @Test
    void warnsOfEachNewLongestGap() {
        gap(0, 20);
        gap(100, 121);
        gap(200, 221);
        gap(300, 330);
        gaps.judge();

        assertThat(warnings)
                .containsExactly(
                        "event loop did not turn for 21.0 ms: loop=loop-1 own_ms=21.0 collector_ms=0.0 standstill_ms=0.0 queued_ms=0.0 stolen_ms=0.0 cpu_ms=1.0 stack=RUNNABLE in A.b:1",
                        "event loop did not turn for 30.0 ms: loop=loop-1 own_ms=30.0 collector_ms=0.0 standstill_ms=0.0 queued_ms=0.0 stolen_ms=0.0 cpu_ms=1.0 stack=RUNNABLE in A.b:1");
        assertThat(gaps.summary())
                .first()
                .isEqualTo("event loop watchdog: loop=loop-1 longest_ms=30.0 longest_own_ms=30.0 own_over_20_ms=3");
    }

    @Test
    void chargesTheCollectorWithItsPart() {
        gap(0, 60);
        collector.add(10 * MS, 45 * MS);
        collector.add(50 * MS, 500 * MS);
        gap(1000, 1060);
        collector.add(990 * MS, 1010 * MS);
        gaps.judge();

        assertThat(warnings)
                .hasSize(1)
                .first()
                .asString()
                .contains("for 60.0 ms")
                .contains("collector_ms=10.0");
        assertThat(gaps.summary())
                .containsExactly(
                        "event loop watchdog: loop=loop-1 longest_ms=60.0 longest_own_ms=50.0 own_over_20_ms=1",
                        "event loop watchdog: collector_pauses=3 longest_ms=450.0 standstills=0 longest_ms=0.0");
    }

    @Test
    void waitsForTheCollectorToTellBeforeItJudges() {
        gap(0, 30);
        gaps.judgeDue(30 * MS + LoopGaps.JUDGED_AFTER_NANOS - 1);
        assertThat(warnings).isEmpty();

        collector.add(0, 5 * MS);
        gaps.judgeDue(30 * MS + LoopGaps.JUDGED_AFTER_NANOS);
        assertThat(warnings).hasSize(1).first().asString().contains("collector_ms=5.0");
    }

    @Test
    void leavesOutWhenTheWholeProcessStood() {
        standstills.add(5 * MS, 40 * MS);
        collector.add(5 * MS, 20 * MS);
        gap(0, 30);
        gap(38, 68);
        gaps.judge();

        assertThat(warnings).hasSize(1).first().asString().contains("standstill_ms=2.0");
        assertThat(gaps.summary()).first().asString().contains("longest_own_ms=28.0 own_over_20_ms=1");
    }

    @Test
    void warnsOfAShorterOneWhenItHasBeenQuiet() {
        gap(0, 500);
        long quiet = 500 + LoopGaps.QUIET_NANOS / MS;
        gap(quiet - 31, quiet - 1);
        gap(quiet - 25, quiet);
        gap(quiet + 10, quiet + 40);
        gaps.judge();

        assertThat(warnings).hasSize(2).last().asString().contains("for 25.0 ms");
    }

    @Test
    void leavesOutWhatTheOperatingSystemKeptItWaiting() {
        gaps.add(new Gap("loop-1", 0, 90 * MS, MS, 75 * MS, ""));
        gaps.add(new Gap("loop-1", 100 * MS, 190 * MS, MS, 65 * MS, ""));
        gaps.judge();

        assertThat(warnings)
                .hasSize(1)
                .first()
                .asString()
                .contains("queued_ms=65.0")
                .contains("stack=unknown");
        assertThat(gaps.summary()).first().asString().contains("longest_own_ms=25.0 own_over_20_ms=1");
    }

    @Test
    void leavesOutWhatTheHostOfTheMachineTookAway() {
        stolenMs = 40;
        gap(0, 60);
        gaps.judge();
        assertThat(warnings).isEmpty();

        stolenMs = 30;
        gap(100, 160);
        gaps.judge();
        assertThat(warnings).hasSize(1).first().asString().contains("stolen_ms=30.0");
        assertThat(gaps.summary()).first().asString().contains("longest_own_ms=30.0 own_over_20_ms=1");
    }

    private void gap(long fromMs, long toMs) {
        gaps.add(new Gap("loop-1", fromMs * MS, toMs * MS, MS, 0, "RUNNABLE in A.b:1"));
    }
}
