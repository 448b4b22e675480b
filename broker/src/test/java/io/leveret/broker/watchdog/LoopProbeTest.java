package io.leveret.broker.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class LoopProbeTest {

    private static final long MS = 1_000_000;

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private long nowNanos;
    private final LoopProbe probe = new LoopProbe(tasks::add, 10 * MS, () -> nowNanos);

    @Test
    void measuresHowLongItWaited() {
        haveTurned();
        at(7);
        turn();
        at(9);

        Gap gap = Objects.requireNonNull(probe.look());

        assertThat(gap.loop()).isEqualTo(Thread.currentThread().getName());
        assertThat(gap.nanos()).isEqualTo(7 * MS);
        assertThat(gap.stack()).isEmpty();
    }

    @Test
    void isHandedInAgainOnlyWhenItHasRun() {
        haveTurned();
        at(5);

        assertThat(probe.look()).isNull();
        assertThat(tasks).hasSize(1);
    }

    @Test
    void looksAtWhatTheLoopDoesWhenItWaitsLong() {
        haveTurned();
        at(10);
        probe.look();
        at(30);
        turn();

        Gap gap = Objects.requireNonNull(probe.look());

        assertThat(gap.nanos()).isEqualTo(30 * MS);
        assertThat(gap.stack())
                .startsWith("RUNNABLE in ")
                .contains("LoopProbeTest.looksAtWhatTheLoopDoesWhenItWaitsLong");
    }

    @Test
    void doesNotCountTheStartOfTheLoop() {
        probe.look();
        at(500);
        turn();

        assertThat(probe.look()).isNull();
    }

    @Test
    void tellsWhatIsStillStuck() {
        haveTurned();
        at(40);

        assertThat(Objects.requireNonNull(probe.unfinished()).nanos()).isEqualTo(40 * MS);
    }

    @Test
    void waitsForNothingInALoopThatHasEnded() {
        LoopProbe late = new LoopProbe(
                task -> {
                    throw new RejectedExecutionException("ended");
                },
                10 * MS,
                () -> nowNanos);

        assertThat(late.look()).isNull();
        assertThat(late.unfinished()).isNull();
    }

    /** The loop has started, and the next probe is handed in at 0. */
    private void haveTurned() {
        probe.look();
        turn();
        probe.look();
    }

    private void at(long ms) {
        nowNanos = ms * MS;
    }

    private void turn() {
        tasks.remove().run();
    }
}
