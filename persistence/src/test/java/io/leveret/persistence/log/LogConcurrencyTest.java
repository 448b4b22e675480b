package io.leveret.persistence.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.Position;
import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.RecordedRecords;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The one test of the log with threads of its own. */
@ExtendWith(CrashVerdict.class)
class LogConcurrencyTest {

    private static final int THREADS = 4;
    private static final int BATCHES = 2000;

    private final MemoryDisk disk = new MemoryDisk();
    private final AtomicLong heard = new AtomicLong();
    private final LogSettings settings = new LogSettings(SyncMode.FSYNC, 20_000, 1000, 0, 0);

    @Test
    @Timeout(60)
    void keepsTheOrderOfEachThreadAndForgetsNobodysWakeUp() throws Exception {
        ScheduledExecutorService background = Executors.newScheduledThreadPool(2);
        ExecutorService appending = Executors.newFixedThreadPool(THREADS);
        try {
            MessageLog log = MessageLog.open(
                    disk,
                    settings,
                    new LogResources(on(background), on(background), new WriteBuffers(4096), InstantSource.system()),
                    listener(),
                    LogPlace.START,
                    new RecordedRecords());
            List<Future<List<Long>>> threads = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                threads.add(appending.submit(appender(log, thread)));
            }
            List<Long> positions = new ArrayList<>();
            for (Future<List<Long>> thread : threads) {
                assertThat(thread.get()).isSorted();
                positions.addAll(thread.get());
            }
            while (log.durableBatch() < (long) THREADS * BATCHES) {
                Thread.onSpinWait();
            }
            log.close();
            assertThat(heard).hasValue((long) THREADS * BATCHES);
            positions.sort(null);
            assertThat(new LogUnderTest(disk.onlyForced()).replayed.positions()).isEqualTo(positions);
        } finally {
            appending.shutdown();
            background.shutdown();
        }
    }

    /** Waits for durability now and then, so that the flusher falls asleep and must be woken. */
    private static Callable<List<Long>> appender(MessageLog log, int thread) {
        return () -> {
            Batch batch = new Batch();
            List<Long> positions = new ArrayList<>();
            for (int i = 0; i < BATCHES; i++) {
                batch.publish(new byte[] {(byte) thread}, new byte[0], new byte[i % 50]);
                batch.target(thread);
                long number = log.append(batch);
                positions.add(batch.firstPosition());
                assertThat(Position.segment(batch.firstPosition())).isPositive();
                while (i % 100 == 0 && log.durableBatch() < number) {
                    Thread.onSpinWait();
                }
            }
            return positions;
        };
    }

    private static Background on(ScheduledExecutorService executor) {
        return new Background() {
            @Override
            public void schedule(Runnable task, long delayMs) {
                executor.schedule(task, delayMs, TimeUnit.MILLISECONDS);
            }

            @Override
            public void execute(Runnable task) {
                executor.execute(task);
            }
        };
    }

    private LogListener listener() {
        return new LogListener() {
            @Override
            public void durable(long batch) {
                assertThat(heard.getAndSet(batch)).isLessThan(batch);
            }

            @Override
            public void blocked(boolean full) {
                throw new AssertionError("full");
            }

            @Override
            public void failed(Throwable cause) {
                throw new AssertionError(cause);
            }
        };
    }
}
