package io.leveret.broker.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.queue.QueueContext.Cancellable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetriesTest {

    private record Timed(long atMs, Runnable task) {}

    private final List<Timed> timed = new ArrayList<>();
    private long timerMs = 10_000;

    /** How far the clock is ahead of what the timer goes by. */
    private long jumpMs;

    private int runs;
    private final Retries retries = new Retries(Runnable::run, this::after, () -> timerMs + jumpMs, () -> runs++);

    private Cancellable after(long delayMs, Runnable task) {
        Timed added = new Timed(timerMs + delayMs, task);
        timed.add(added);
        return () -> timed.remove(added);
    }

    private void pass(long ms) {
        timerMs += ms;
        List<Timed> due = timed.stream()
                .filter(each -> each.atMs() <= timerMs)
                .sorted(Comparator.comparingLong(Timed::atMs))
                .toList();
        timed.removeAll(due);
        due.forEach(each -> each.task().run());
    }

    @Test
    void anEarlierTimeHoldsAgainstALaterOneThatIsAskedForAfterIt() {
        retries.wakeAfter(20);
        retries.wakeAfter(1_000);
        pass(20);
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void anEarlierTimeReplacesALaterOne() {
        retries.wakeAfter(1_000);
        retries.wakeAfter(20);
        pass(20);
        assertThat(runs).isEqualTo(1);
        assertThat(timed).isEmpty();
    }

    @Test
    void aTimeThatHasComeIsForgotten() {
        retries.wakeAfter(20);
        pass(20);
        retries.wakeAfter(1_000);
        pass(1_000);
        assertThat(runs).isEqualTo(2);
    }

    @Test
    void aClockThatIsPutForwardKeepsNobodyAsleep() {
        retries.wakeAfter(30_000);
        jumpMs = 3_600_000;
        retries.wakeAfter(2);
        pass(2);
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void aClockThatIsPutBackKeepsNobodyAsleep() {
        retries.wakeAfter(30_000);
        jumpMs = -3_600_000;
        retries.wakeAfter(2);
        pass(2);
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void isSilentOnceItIsClosed() {
        retries.wakeAfter(20);
        retries.close();
        retries.wakeAfter(20);
        pass(20);
        assertThat(runs).isZero();
        assertThat(timed).isEmpty();
    }
}
