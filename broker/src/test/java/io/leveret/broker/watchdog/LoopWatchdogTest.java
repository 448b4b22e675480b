package io.leveret.broker.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.DefaultEventExecutorGroup;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopWatchdogTest {

    private static final long DEADLINE_MS = 20_000;

    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final DefaultEventExecutorGroup loops = new DefaultEventExecutorGroup(2);

    /** A busy machine may keep the watchdog itself from looking, so the loop is blocked longer and longer until it was seen. */
    @Test
    void tellsWhatKeptALoopFromTurning() throws InterruptedException {
        try (LoopWatchdog watchdog = LoopWatchdog.start(loops, warnings::add, told::add)) {
            assertThat(watchdog).isNotNull();
            for (long ms = 50; ms < DEADLINE_MS && warnings.stream().noneMatch(this::showsTheCulprit); ms *= 2) {
                block(ms);
            }
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(DEADLINE_MS, TimeUnit.MILLISECONDS);
        }

        assertThat(warnings).anyMatch(this::showsTheCulprit);
        assertThat(told).last().asString().startsWith("event loop watchdog: collector_pauses=");
    }

    /** The loop waits for what never comes, and then for long enough that what was seen has been judged. */
    private void block(long ms) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        loops.next().submit(() -> never.await(ms, TimeUnit.MILLISECONDS)).await(DEADLINE_MS);
        long judged = System.nanoTime() + 2 * LoopGaps.JUDGED_AFTER_NANOS;
        while (System.nanoTime() < judged && warnings.stream().noneMatch(this::showsTheCulprit)) {
            never.await(1, TimeUnit.MILLISECONDS);
        }
    }

    private boolean showsTheCulprit(String warning) {
        return warning.contains("stack=TIMED_WAITING on ") && warning.contains("CountDownLatch.await");
    }
}
