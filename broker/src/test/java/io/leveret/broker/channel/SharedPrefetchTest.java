package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SharedPrefetchTest {

    private final SharedPrefetch shared = new SharedPrefetch();

    /** Against two plain numbers; a failure prints the seed. */
    @Test
    void agreesWithTwoNumbers() {
        for (int seed = 0; seed < 200; seed++) {
            compareHistory(seed);
        }
    }

    private static void compareHistory(int seed) {
        Random random = new Random(seed);
        SharedPrefetch shared = new SharedPrefetch();
        int limit = 0;
        int inFlight = 0;
        for (int step = 0; step < 300; step++) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    limit = random.nextInt(5);
                    shared.limit(limit);
                }
                case 1, 2 -> {
                    int count = Math.min(inFlight, random.nextInt(3));
                    shared.release(count);
                    inFlight -= count;
                }
                default -> {
                    boolean expected = limit == 0 || inFlight < limit;
                    assertThat(shared.reserve())
                            .as("seed %d step %d", seed, step)
                            .isEqualTo(expected);
                    inFlight += expected ? 1 : 0;
                }
            }
        }
    }

    @Test
    void countsBeforeALimitIsSet() {
        assertThat(shared.reserve()).isTrue();
        assertThat(shared.reserve()).isTrue();
        shared.limit(2);

        assertThat(shared.reserve()).isFalse();
        shared.release(1);
        assertThat(shared.reserve()).isTrue();
    }

    @Test
    @Timeout(30)
    void isNeverExceededByQueuesOnManyThreads() throws InterruptedException {
        int limit = 3;
        shared.limit(limit);
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(new Thread(() -> {
                for (int i = 0; i < 100_000; i++) {
                    if (shared.reserve()) {
                        most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                        inFlight.decrementAndGet();
                        shared.release(1);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(most.get()).isBetween(1, limit);
        for (int i = 0; i < limit; i++) {
            assertThat(shared.reserve()).isTrue();
        }
        assertThat(shared.reserve()).isFalse();
    }
}
