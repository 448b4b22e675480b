package io.leveret.persistence.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.DiskFullException;
import io.leveret.persistence.disk.Faults;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.RecordedRecords;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A full disk is waited for; any other failure ends the log. */
@ExtendWith(CrashVerdict.class)
class LogFailureTest {

    private static final LogSettings RESERVING = new LogSettings(SyncMode.FSYNC, 1 << 20, 1000, 0, 10_000);

    private final MemoryDisk disk = new MemoryDisk();

    @Test
    void isOverAfterAFailedForceAndRecoversWhatWasForced() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        log.publishAndFlush(0, 10);
        disk.faults().failEach(operation -> operation.startsWith("force 0"));
        log.publishAndFlush(1, 10);
        assertThat(log.heard).containsExactly("durable 1", "failed");
        assertThat(log.log.durableBatch()).isEqualTo(1);
        disk.faults().failEach(operation -> false);
        assertThatThrownBy(() -> log.publish(2, 10))
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining("force 0000000001.0.seg: failed")
                .hasCauseInstanceOf(IOException.class);
        long operations = disk.faults().operations();
        log.background.pass(10_000);
        assertThat(disk.faults().operations()).as("tries after a failed force").isEqualTo(operations);
        log.log.close();
        assertThat(new LogUnderTest(disk.onlyForced()).replayedNumbers()).containsExactly(0);
    }

    @Test
    void takesNothingForForcedAfterAForceFailedWhileItWasClosed() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        log.publishAndFlush(0, 10);
        LogPlace forced = log.log.forcedPlace();
        log.publish(1, 10);
        disk.faults().failEach(operation -> operation.startsWith("force 0"));
        assertThatThrownBy(log.log::close).hasMessageContaining("force 0000000001.0.seg: failed");
        assertThat(log.log.forcedPlace()).isEqualTo(forced);
    }

    /** Without the power going off the batch is still readable; then it is made certain before the log opens. */
    @Test
    void writesAgainWhatAFailedForceMayHaveLost() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        log.publishAndFlush(0, 10);
        disk.faults().failEach(operation -> operation.startsWith("force 0"));
        log.publishAndFlush(1, 10);
        log.log.close();
        disk.faults().failEach(operation -> false);
        LogUnderTest again = new LogUnderTest(disk);
        assertThat(again.replayedNumbers()).containsExactly(0, 1);
        assertThat(new LogUnderTest(disk.onlyForced()).replayedNumbers()).containsExactly(0, 1);
    }

    @Test
    void isOverAfterAFailedOrTornWrite() throws IOException {
        for (Faults.Kind kind : new Faults.Kind[] {Faults.Kind.FAIL, Faults.Kind.TEAR}) {
            MemoryDisk failing = new MemoryDisk();
            LogUnderTest log = new LogUnderTest(failing);
            log.publishAndFlush(0, 10);
            failing.faults().next(kind);
            log.publishAndFlush(1, 10);
            assertThat(log.heard).containsExactly("durable 1", "failed");
            assertThat(log.failure).hasMessageContaining("as the test wanted");
            assertThat(new LogUnderTest(failing).replayedNumbers()).containsExactly(0);
        }
    }

    @Test
    void isOverAfterAFailedForceInTheModeOs() throws IOException {
        LogUnderTest log = new LogUnderTest(disk, LogUnderTest.SMALL.withMode(SyncMode.OS));
        log.publishAndFlush(0, 10);
        disk.faults().failEach(operation -> operation.startsWith("force"));
        log.background.pass(1000);
        assertThat(log.heard).containsExactly("durable 1", "failed");
        assertThatThrownBy(() -> log.publish(1, 10)).isInstanceOf(StoreFailedException.class);
    }

    @Test
    void isOverWhenTheListenerThrows() throws IOException {
        ManualBackground background = new ManualBackground();
        LogListener broken = new LogListener() {
            @Override
            public void durable(long batch) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void blocked(boolean full) {}

            @Override
            public void failed(Throwable cause) {
                assertThat(cause).hasMessage("broken");
            }
        };
        MessageLog log = MessageLog.open(
                disk,
                LogUnderTest.SMALL,
                new LogResources(background, background, new WriteBuffers(700), background),
                broken,
                LogPlace.START,
                new RecordedRecords());
        Batch batch = new Batch();
        batch.addQueue(1);
        log.append(batch);
        background.runAll();
        batch.addQueue(2);
        assertThatThrownBy(() -> log.append(batch))
                .hasMessage("the log failed: java.lang.IllegalStateException: broken");
    }

    @Test
    void waitsForRoomOnAFullDiskAndLosesNothing() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        log.publishAndFlush(0, 10);
        disk.capacity(disk.usedBytes() + 100);
        log.publish(1, 1000);
        log.publish(2, 10);
        log.background.runAll();
        assertThat(log.heard).containsExactly("durable 1", "blocked true");
        assertThat(log.log.isFull()).isTrue();
        log.publishAndFlush(3, 10);
        log.background.pass(5000);
        assertThat(log.log.durableBatch()).isEqualTo(1);
        disk.capacity(1 << 20);
        log.background.pass(1000);
        assertThat(log.heard).containsExactly("durable 1", "blocked true", "durable 3", "durable 4", "blocked false");
        assertThat(log.log.isFull()).isFalse();
        assertThat(new LogUnderTest(disk.onlyForced()).replayedNumbers()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void forcesWhatWasConfirmedInTheModeOsWhenItIsClosedOnAFullDisk() throws IOException {
        LogUnderTest log = new LogUnderTest(disk, LogUnderTest.SMALL.withMode(SyncMode.OS));
        log.publishAndFlush(0, 10);
        disk.capacity(disk.usedBytes() + 100);
        log.publishAndFlush(1, 1000);
        assertThat(log.heard).containsExactly("durable 1", "blocked true");
        assertThatThrownBy(log.log::close).isInstanceOf(DiskFullException.class);
        assertThat(new LogUnderTest(disk.onlyForced()).replayedNumbers()).containsExactly(0);
    }

    @Test
    void survivesACrashWhileTheDiskIsFull() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        log.publishAndFlush(0, 10);
        disk.capacity(disk.usedBytes() + 700);
        log.publishAndFlush(1, 1000);
        for (int seed = 0; seed < 20; seed++) {
            MemoryDisk left = disk.crash(seed);
            assertThat(new LogUnderTest(left).replayedNumbers()).containsExactly(0);
        }
    }

    @Test
    void letsSettlesThroughFromTheReserveWhileTheDiskIsFull() throws IOException {
        disk.capacity(12_000);
        LogUnderTest log = new LogUnderTest(disk, RESERVING);
        log.publishAndFlush(0, 10);
        assertThat(disk.list()).contains(Reserve.FILE_NAME);
        log.publishAndFlush(1, 3000);
        assertThat(log.heard).containsExactly("durable 1", "blocked true", "durable 2");
        assertThat(disk.list()).doesNotContain(Reserve.FILE_NAME);
        log.batch.settle(1, 1);
        log.append();
        log.background.runAll();
        assertThat(log.log.durableBatch()).isEqualTo(3);
        log.background.pass(1000);
        assertThat(log.log.isFull()).as("with the reserve given up").isTrue();
        disk.capacity(100_000);
        log.background.pass(1000);
        assertThat(log.heard).endsWith("blocked false");
        assertThat(disk.list()).contains(Reserve.FILE_NAME);
    }

    /** The log has one order: what the reserve can't take holds up what is behind it. */
    @Test
    void settlesBehindMorePublishesThanTheReserveHoldsWaitForRoom() throws IOException {
        disk.capacity(12_000);
        LogUnderTest log = new LogUnderTest(disk, RESERVING);
        log.publishAndFlush(0, 10);
        for (int i = 1; i <= 5; i++) {
            log.publish(i, 3000);
        }
        log.batch.settle(1, 1);
        log.append();
        log.background.runAll();
        log.background.pass(1000);
        assertThat(log.log.durableBatch()).isLessThan(7);
        assertThat(log.heard).contains("blocked true").doesNotContain("failed");
        disk.capacity(100_000);
        log.background.pass(1000);
        assertThat(log.log.durableBatch()).isEqualTo(7);
        assertThat(log.heard).endsWith("blocked false");
        assertThat(new LogUnderTest(disk.onlyForced()).replayedNumbers()).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void isFullFromTheStartIfTheReserveDoesNotFit() throws IOException {
        disk.capacity(5000);
        LogUnderTest log = new LogUnderTest(disk, RESERVING);
        log.publishAndFlush(0, 10);
        assertThat(log.heard).containsExactly("blocked true", "durable 1");
    }

    @Test
    void waitsForRoomForTheNextSegment() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        log.publishAndFlush(0, 3800);
        disk.faults().next(Faults.Kind.FULL);
        log.publishAndFlush(1, 3800);
        assertThat(log.heard).containsExactly("durable 1", "blocked true");
        disk.faults().at(disk.faults().operations() + 2, Faults.Kind.FULL);
        log.background.pass(1000);
        assertThat(log.heard).containsExactly("durable 1", "blocked true");
        log.background.pass(1000);
        assertThat(log.heard).containsExactly("durable 1", "blocked true", "durable 2", "blocked false");
        assertThat(new LogUnderTest(disk.onlyForced()).replayedNumbers()).containsExactly(0, 1);
    }

    @Test
    void takesAFullDiskAtAForceForAFailure() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        log.publishAndFlush(0, 10);
        disk.faults().at(disk.faults().operations() + 2, Faults.Kind.FULL);
        log.publishAndFlush(1, 10);
        assertThat(log.heard).containsExactly("durable 1", "failed");
    }
}
