package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.spill.SpillFolder;
import io.leveret.broker.storage.WorkerPool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Publishers and channels on real threads, with so little prefetch and room that consumers are parked and activated all the
 * time. A consumer that nobody wakes again shows as a stall.
 */
class QueueConcurrencyTest {

    private static final int PUBLISHERS = 2;
    private static final int CHANNELS = 3;
    private static final int EACH = 40_000;
    private static final int MESSAGES = PUBLISHERS * EACH;

    /** Not far ahead of the consumers: an empty queue is where parking races are. */
    private static final int FEW = 50;

    /** So many that most of them are spilled. */
    private static final int MANY = 3_000;

    private final AtomicIntegerArray acknowledged = new AtomicIntegerArray(MESSAGES);
    private Queue queue = Queues.queue();

    @Test
    @Timeout(120)
    void losesNothingAndDoublesNothingAndStallsNobody() throws Exception {
        runAll(FEW);
    }

    @Test
    @Timeout(120)
    void losesNothingThoughMemoryIsShortAllTheTime(@TempDir Path folder) throws Exception {
        WorkerPool pool = new WorkerPool("pool", 3);
        try {
            MemoryBudget budget = new MemoryBudget(0, pool, System::nanoTime);
            Spill spill = SpillFolder.open(folder, pool);
            queue = new Queue(Queues.queue().declaration(), () -> {}, Queues.context(budget, spill), null);
            for (int i = 0; i < 2; i++) {
                pool.repeat(queue.pageOut()::complete, 1);
            }
            runAll(MANY);
            assertThat(budget.usedBytes()).isZero();
        } finally {
            pool.close();
        }
    }

    private void runAll(int ahead) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS + CHANNELS);
        try {
            List<Future<?>> running = new ArrayList<>();
            List<BusyChannel> channels = IntStream.range(0, CHANNELS)
                    .mapToObj(i -> new BusyChannel(queue, 100 + i, acknowledged, this::isFinished))
                    .toList();
            channels.forEach(channel -> running.add(threads.submit(channel)));
            for (int p = 0; p < PUBLISHERS; p++) {
                running.add(threads.submit(publisher(p, ahead)));
            }
            awaitFinish(running);
            channels.forEach(BusyChannel::wake);
            for (Future<?> each : running) {
                each.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(IntStream.range(0, MESSAGES).map(acknowledged::get)).containsOnly(1);
        assertThat(queue.counts()).isEqualTo(new QueueCounts(0, 0, 0));
    }

    private Callable<Boolean> publisher(int number, int ahead) {
        return () -> {
            for (int from = 0; from < EACH; from += 20) {
                while (queue.counts().ready() > ahead) {
                    Thread.onSpinWait();
                }
                Queues.publish(queue, number * EACH + from, number * EACH + from + 20);
            }
            return true;
        };
    }

    private boolean isFinished() {
        return published() && queue.counts().ready() == 0 && queue.counts().unacked() == 0;
    }

    private boolean published() {
        return acknowledged.get(EACH - 1) > 0 && acknowledged.get(MESSAGES - 1) > 0;
    }

    private void awaitFinish(List<Future<?>> running) throws Exception {
        while (!isFinished()) {
            for (Future<?> each : running) {
                if (each.isDone()) {
                    each.get();
                }
            }
            Thread.onSpinWait();
        }
    }
}
