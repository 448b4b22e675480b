package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.DelayedVhost.cancel;
import static io.leveret.broker.vhost.DelayedVhost.delayed;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.delay.DelayBounds;
import io.leveret.persistence.log.StoreFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The store ends at each batch in turn, be it of a publish, of a cancel or of what falls due, and is opened again: each message that was
 * written down comes once, and none that was taken back. That a batch is whole or not there is the store's own test.
 */
class DelayedCrashTest {

    private static final int STEPS = 80;
    private static final DelayBounds FEW = new DelayBounds(10, 4, 3, 40, 80, 2, 5, 1_000_000);

    private record Written(String body, String id, long dueMs) {}

    private final List<Written> expected = new ArrayList<>();

    @Test
    void losesNothingAndDeliversNothingTwice() {
        long batches = 0;
        while (isCutAfter(batches, DelayBounds.of(1_000_000)) && isCutAfter(batches, FEW)) {
            batches++;
        }
        assertThat(batches).isGreaterThan(STEPS);
    }

    private boolean isCutAfter(long batches, DelayBounds bounds) {
        expected.clear();
        try (DelayedVhost host = new DelayedVhost(bounds)) {
            host.store.failAfter(batches);
            boolean cut = !lives(host);
            host.restart();
            host.pass(200_000);
            assertThat(host.take("out"))
                    .as("after %d batches", batches)
                    .containsExactlyInAnyOrder(
                            expected.stream().map(Written::body).toArray(String[]::new));
            assertThat(host.vhost.delayCounts().waiting()).isZero();
            assertThat(host.stored("later")).isEmpty();
            return cut;
        }
    }

    /** False if the store ended meanwhile. */
    private boolean lives(DelayedVhost host) {
        Random random = new Random(7);
        try {
            for (int i = 0; i < STEPS; i++) {
                step(host, random, "m" + i);
            }
            return true;
        } catch (StoreFailedException cut) {
            return false;
        }
    }

    private void step(DelayedVhost host, Random random, String body) {
        String id = "id" + random.nextInt(5);
        if (random.nextInt(4) == 0) {
            host.publish(cancel(id), "");
            expected.removeIf(each -> each.id().equals(id) && each.dueMs() > host.nowMs());
        } else {
            long delayMs = random.nextInt(3) == 0 ? 100_000 : 1 + random.nextInt(60);
            host.gather(delayed(true, delayMs, id), body);
            host.flush();
            expected.add(new Written(body, id, host.nowMs() + delayMs));
            host.work();
        }
        host.pass(random.nextInt(20));
    }
}
