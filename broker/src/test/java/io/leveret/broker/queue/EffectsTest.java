package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EffectsTest {

    private final Object lock = new Object();
    private final Effects effects = new Effects(lock);
    private final List<String> done = new ArrayList<>();

    @Test
    void runsInOrder() {
        add(() -> done.add("a"));
        add(() -> done.add("b"));

        effects.run();

        assertThat(done).containsExactly("a", "b");
    }

    @Test
    void runsWithoutTheLock() {
        add(() -> done.add("locked=" + Thread.holdsLock(lock)));

        effects.run();

        assertThat(done).containsExactly("locked=false");
    }

    @Test
    void neitherNestsNorOvertakesWhatAnEffectCauses() {
        add(() -> {
            done.add("a begins");
            add(() -> done.add("caused by a"));
            effects.run();
            done.add("a ends");
        });
        add(() -> done.add("b"));

        effects.run();

        assertThat(done).containsExactly("a begins", "a ends", "b", "caused by a");
    }

    @Test
    void aLongChainOfCausesDoesNotDeepenTheStack() {
        AtomicInteger left = new AtomicInteger(200_000);
        chain(left);

        effects.run();

        assertThat(left).hasValue(0);
    }

    private void chain(AtomicInteger left) {
        add(() -> {
            if (left.decrementAndGet() > 0) {
                chain(left);
                effects.run();
            }
        });
    }

    @Test
    void oneThatFailsDoesNotHoldUpThoseAfterIt() {
        add(() -> {
            throw new IllegalStateException("on purpose");
        });
        add(() -> done.add("b"));

        assertThatThrownBy(effects::run).hasMessage("on purpose");
        effects.run();

        assertThat(done).containsExactly("b");
    }

    @Test
    @Timeout(30)
    void manyThreadsLoseNoneAndRunOneAtATime() throws InterruptedException {
        int each = 20_000;
        AtomicInteger running = new AtomicInteger();
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger count = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(new Thread(() -> {
                awaitQuietly(start);
                for (int i = 0; i < each; i++) {
                    add(() -> {
                        atOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
                        count.incrementAndGet();
                        running.decrementAndGet();
                    });
                    effects.run();
                }
            }));
        }
        threads.forEach(Thread::start);
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(count).hasValue(4 * each);
        assertThat(atOnce).hasValue(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this test", e);
        }
    }

    private void add(Runnable effect) {
        synchronized (lock) {
            effects.add(effect);
        }
    }
}
