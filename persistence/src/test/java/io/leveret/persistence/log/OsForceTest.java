package io.leveret.persistence.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.RecordedRecords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Forces in the mode OS: how many, and that nothing waits for one that need not, while the disk takes its time. */
@ExtendWith(CrashVerdict.class)
class OsForceTest {

    private static final long FORCE_INTERVAL_MS = 1000;
    private static final long PATIENCE_MS = 10_000;

    private final MemoryDisk disk = new MemoryDisk();
    private final ManualBackground writers = new ManualBackground();
    private final ManualBackground keepers = new ManualBackground();
    private final LogSettings settings = LogUnderTest.SMALL.withMode(SyncMode.OS);
    private final List<Long> heard = new ArrayList<>();
    private boolean mayFail;
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
            publish(0);
            assertThat(keepers.waiting())
                    .as("another force asked for what waits for one")
                    .isZero();
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
        int[] forces = countForces();
        for (int i = 0; i < 20; i++) {
            publish(i);
            keepers.pass(FORCE_INTERVAL_MS / 10);
        }
        assertThat(forces[0]).isBetween(1, 2);
    }

    @Test
    void oneForceIsAskedForHoweverManySegmentsEndMeanwhile() {
        publishUntilSealed();
        publishUntilSealed();
        publishUntilSealed();
        assertThat(keepers.waiting()).isEqualTo(1);
        keepers.runAll();
        assertThat(log.forcedPlace()).isEqualTo(log.durablePlace());
        publishUntilSealed();
        assertThat(keepers.waiting()).isEqualTo(1);
    }

    @Test
    void eachHalfMebibyteIsForcedAtOnce() throws IOException {
        MemoryDisk other = new MemoryDisk();
        LogSettings large = new LogSettings(SyncMode.OS, 4 << 20, 1000, 0, 0);
        LogUnderTest tested = new LogUnderTest(other, large);
        List<Integer> forcedAt = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            LogPlace before = tested.log.forcedPlace();
            tested.publishAndFlush(i, 10_000);
            if (!tested.log.forcedPlace().equals(before)) {
                forcedAt.add(i + 1);
            }
        }
        assertThat(forcedAt).containsExactly(53, 106);
        assertThat(new LogUnderTest(other.onlyForced(), large).replayedNumbers())
                .hasSize(106);
    }

    @Test
    void whatIsForcedMeanwhileDoesNotCount() throws IOException {
        LogUnderTest tested = new LogUnderTest(new MemoryDisk(), new LogSettings(SyncMode.OS, 4 << 20, 1000, 0, 0));
        for (int i = 0; i < 52; i++) {
            tested.publishAndFlush(i, 10_000);
        }
        tested.background.pass(FORCE_INTERVAL_MS);
        LogPlace forced = tested.log.forcedPlace();
        tested.publishAndFlush(52, 10_000);
        assertThat(forced).isGreaterThan(LogPlace.START);
        assertThat(tested.log.forcedPlace()).isEqualTo(forced);
    }

    @Test
    void aForceThatWaitedForOneThatFailedFails() throws IOException {
        assertFailsAfterAFailedForce(MessageLog::force);
    }

    @Test
    void aCloseThatWaitedForAForceThatFailedFails() throws IOException {
        assertFailsAfterAFailedForce(MessageLog::close);
    }

    private interface Forcing {
        void force(MessageLog log) throws IOException;
    }

    /** The disk fails the force under way, and none after it: an operating system tells a failure once. */
    private void assertFailsAfterAFailedForce(Forcing forcing) throws IOException {
        mayFail = true;
        LogPlace forced = log.forcedPlace();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread second = new Thread(() -> {
            try {
                forcing.force(log);
            } catch (IOException e) {
                thrown.set(e);
            }
        });
        disk.faults().failEach(operation -> {
            boolean first = operation.startsWith("force") && second.getState() == Thread.State.NEW;
            if (first) {
                second.start();
                awaitWaiting(second);
            }
            return first;
        });
        keepers.pass(FORCE_INTERVAL_MS);
        join(second);
        assertThat(thrown.get()).isInstanceOf(IOException.class);
        assertThat(log.forcedPlace()).isEqualTo(forced);
    }

    /** It waits for the force, or, if it writes before, for the disk in memory. */
    private static void awaitWaiting(Thread thread) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.BLOCKED) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static void run(Thread thread) {
        thread.start();
        join(thread);
    }

    private static void join(Thread thread) {
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

    /** From now on. */
    private int[] countForces() {
        int[] forces = new int[1];
        disk.faults().failEach(operation -> {
            forces[0] += operation.startsWith("force") ? 1 : 0;
            return false;
        });
        return forces;
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
                if (!mayFail) {
                    throw new AssertionError(cause);
                }
            }
        };
    }
}
