package io.leveret.persistence.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.RecordedRecords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Forces in the mode OS: how many, and that nothing waits for one that need not, while the disk takes its time. */
class SlowForceTest {

    private static final long FORCE_INTERVAL_MS = 1000;
    private static final long PATIENCE_MS = 10_000;

    private final MemoryDisk disk = new MemoryDisk();
    private final ManualBackground writers = new ManualBackground();
    private final ManualBackground keepers = new ManualBackground();
    private final LogSettings settings = LogUnderTest.SMALL.withMode(SyncMode.OS);
    private final List<Long> heard = new ArrayList<>();
    private MessageLog log;

    @BeforeEach
    void open() throws IOException {
        LogResources resources = new LogResources(writers, keepers, new WriteBuffers(700), keepers);
        log = MessageLog.open(disk, settings, resources, listener(), LogPlace.START, new RecordedRecords());
        publish(0);
    }

    @Test
    void whatIsWrittenMeanwhileIsConfirmed() {
        duringTheNextForce(() -> publish(1));
        keepers.pass(FORCE_INTERVAL_MS);
        assertThat(heard).containsExactly(1L, 2L);
    }

    @Test
    void noSecondForceKeepsAThreadWaiting() throws IOException {
        List<Thread> second = new ArrayList<>();
        duringTheNextForce(() -> {
            publishUntilSealed();
            assertThat(keepers.waiting()).isPositive();
            second.add(new Thread(keepers::runAll));
            run(second.get(0));
        });
        keepers.pass(FORCE_INTERVAL_MS);
        assertThat(second.get(0).isAlive()).isFalse();
        keepers.pass(FORCE_INTERVAL_MS);
        assertThat(new LogUnderTest(disk.onlyForced()).replayed.contents()).hasSize(heard.size());
    }

    @Test
    void aSecondHasOneForceHoweverManySegmentsEndedBefore() {
        for (int i = 0; i < 10; i++) {
            publishUntilSealed();
            keepers.pass(FORCE_INTERVAL_MS / 10);
        }
        int[] forces = new int[1];
        disk.faults().failEach(operation -> {
            forces[0] += operation.startsWith("force") ? 1 : 0;
            return false;
        });
        for (int i = 0; i < 30; i++) {
            publish(i);
            keepers.pass(FORCE_INTERVAL_MS / 10);
        }
        assertThat(forces[0]).isBetween(2, 3);
    }

    @Test
    void halfAMebibyteIsForcedAtOnce() throws IOException {
        MemoryDisk other = new MemoryDisk();
        LogSettings large = new LogSettings(SyncMode.OS, 4 << 20, 1000, 0, 0);
        LogUnderTest tested = new LogUnderTest(other, large);
        int published = 0;
        while (tested.log.forcedPlace().equals(LogPlace.START)) {
            tested.publishAndFlush(published++, 10_000);
        }
        assertThat(published * 10_000).isBetween(500_000, 530_000);
        assertThat(new LogUnderTest(other.onlyForced(), large).replayedNumbers())
                .hasSize(published);
    }

    private static void run(Thread thread) {
        thread.start();
        try {
            thread.join(PATIENCE_MS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void publishUntilSealed() {
        long first = log.durablePlace().segment();
        for (int i = 1; log.durablePlace().segment() == first; i++) {
            publish(i);
        }
    }

    private void publish(int number) {
        Batch batch = new Batch();
        batch.publish(new byte[] {1}, new byte[0], new byte[] {0, 0, 0, (byte) number});
        batch.target(1);
        log.append(batch);
        writers.runAll();
    }

    private void duringTheNextForce(Runnable action) {
        boolean[] done = new boolean[1];
        disk.faults().failEach(operation -> {
            if (operation.startsWith("force") && !done[0]) {
                done[0] = true;
                action.run();
            }
            return false;
        });
    }

    private LogListener listener() {
        return new LogListener() {
            @Override
            public void durable(long batch) {
                heard.add(batch);
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
