package io.leveret.persistence.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.Position;
import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.RecordedRecords;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(CrashVerdict.class)
class MessageLogTest {

    private final MemoryDisk disk = new MemoryDisk();

    @Test
    void makesNoFileBeforeTheFirstBatch() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        assertThat(disk.list()).isEmpty();
        log.log.close();
        assertThat(disk.list()).isEmpty();
    }

    @Test
    void isDurableOnceForcedAndTellsSoOnceAGroup() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        assertThat(log.publish(1, 10)).isEqualTo(1);
        assertThat(log.publish(2, 10)).isEqualTo(2);
        assertThat(log.log.durableBatch()).isZero();
        assertThat(log.background.waiting()).isEqualTo(1);
        assertThat(log.log.pendingBytes()).isPositive();
        log.background.runAll();
        assertThat(log.log.durableBatch()).isEqualTo(2);
        assertThat(log.log.pendingBytes()).isZero();
        assertThat(log.heard).containsExactly("durable 2");
        assertThat(new LogUnderTest(disk.onlyForced()).replayedNumbers()).containsExactly(1, 2);
    }

    @Test
    void tellsPositionsThatGrowAndAreDenseWithinASegment() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        log.publish(1, 10);
        assertThat(log.batch.firstPosition()).isEqualTo(Position.of(1, 0));
        log.batch.settle(1, Position.of(1, 0));
        log.append();
        assertThat(log.batch.firstPosition()).isEqualTo(Position.NONE);
        log.publish(2, 10);
        assertThat(log.batch.firstPosition()).isEqualTo(Position.of(1, 1));
    }

    @Test
    void beginsANewSegmentWhenOneIsFull() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        for (int i = 0; i < 20; i++) {
            log.publish(i, 1000);
        }
        log.background.runAll();
        assertThat(disk.list().size()).isBetween(6, 8);
        LogUnderTest again = new LogUnderTest(disk.onlyForced());
        assertThat(again.replayedNumbers()).isEqualTo(numbers(20));
        assertThat(again.replayed.positions()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void beginsANewSegmentAfterSoManyMessages() throws IOException {
        LogUnderTest log = new LogUnderTest(disk, new LogSettings(SyncMode.FSYNC, 1 << 20, 3, 0, 0));
        for (int i = 0; i < 7; i++) {
            log.publishAndFlush(i, 10);
        }
        assertThat(log.batch.firstPosition()).isEqualTo(Position.of(3, 0));
        assertThat(log.log.segments().ids()).hasSize(3);
    }

    @Test
    void takesABatchThatIsLargerThanASegment() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        log.publish(1, 10);
        log.publish(2, 20_000);
        log.publish(3, 10);
        log.background.runAll();
        assertThat(new LogUnderTest(disk.onlyForced()).replayedNumbers()).containsExactly(1, 2, 3);
    }

    @Test
    void goesOnWhereItEndedBeforeARestart() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        log.publish(0, 10);
        log.log.close();
        LogUnderTest again = new LogUnderTest(disk.onlyForced());
        assertThat(again.log.cutBytes()).isZero();
        assertThat(again.publish(1, 10)).isEqualTo(1);
        assertThat(again.batch.firstPosition()).isEqualTo(Position.of(1, 1));
        again.log.close();
        LogUnderTest third = new LogUnderTest(again.disk.onlyForced());
        assertThat(third.replayedNumbers()).containsExactly(0, 1);
    }

    @Test
    void replaysOnlyWhatIsBehindTheCheckpoint() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        for (int i = 0; i < 10; i++) {
            log.publishAndFlush(i, 1000);
        }
        LogPlace checkpoint = log.log.forcedPlace();
        for (int i = 10; i < 15; i++) {
            log.publishAndFlush(i, 1000);
        }
        LogUnderTest again = new LogUnderTest(disk.onlyForced(), LogUnderTest.SMALL, checkpoint);
        assertThat(again.replayedNumbers()).containsExactly(10, 11, 12, 13, 14);
        assertThat(again.log.durablePlace()).isEqualTo(log.log.durablePlace());
    }

    @Test
    void scansWhatIsDurableWhileItIsWritten() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        LogPlace place = LogPlace.START;
        for (int round = 0; round < 10; round++) {
            RecordedRecords read = new RecordedRecords();
            log.publish(round, 700);
            log.publish(round, 700);
            log.background.runAll();
            try (LogScan scan = new LogScan(log.log.segments(), place, log.log.durablePlace(), round % 2 == 0)) {
                while (scan.next(read)) {
                    assertThat(scan.place()).isGreaterThan(place);
                }
                place = scan.place();
            }
            assertThat(read.positions()).hasSize(2);
            assertThat(place).isEqualTo(log.log.durablePlace());
        }
    }

    @Test
    void readsAMessageAndNoticesRotInIt() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        log.publishAndFlush(1, 1000);
        RecordedRecords read = new RecordedRecords();
        SegmentId id = new SegmentId(1, 0);
        SegmentFile file = Objects.requireNonNull(log.log.segments().acquire(id));
        LogScan.readAll(file, true, read);
        Content content = read.contents().get(0);
        assertThat(file.read(content)).hasSize(1001).startsWith(1, 0, 0, 0, 1);
        disk.flipBit(id.fileName(), content.offset() + 900, 3);
        assertThatThrownBy(() -> log.log.segments().read(id, content))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessage("0000000001.0.seg at offset %d: message's checksum is wrong", content.offset());
        file.release();
    }

    @Test
    void hasOnlyTheLastSegmentOpenHoweverManyThereAre() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        for (int i = 0; i < 50; i++) {
            log.publishAndFlush(i, 4000);
            if (i % 10 == 9) {
                log.log.force();
            }
        }
        assertThat(log.log.segments().ids()).hasSizeGreaterThan(40);
        assertThat(disk.openFiles()).isEqualTo(1);
        LogUnderTest again = new LogUnderTest(disk);
        assertThat(again.replayedNumbers()).isEqualTo(numbers(50));
        log.log.close();
        again.log.close();
        assertThat(disk.openFiles()).isZero();
    }

    @Test
    void closesAllFilesThoughTheLastForceFailed() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        log.publishAndFlush(1, 10);
        disk.faults().failEach(operation -> operation.startsWith("force"));
        log.publishAndFlush(2, 10);
        assertThat(log.log.hasFailed()).isTrue();
        log.log.close();
        assertThat(disk.openFiles()).isZero();
    }

    @Test
    void keepsADeletedSegmentOpenForItsReaders() throws IOException {
        LogUnderTest log = LogUnderTest.unwatched(disk);
        log.publishAndFlush(1, 4000);
        log.publishAndFlush(2, 4000);
        SegmentId id = new SegmentId(1, 0);
        SegmentFile file = Objects.requireNonNull(log.log.segments().acquire(id));
        assertThat(log.log.segments().delete(id)).isTrue();
        assertThat(disk.exists(id.fileName())).isFalse();
        assertThat(log.log.segments().acquire(id)).isNull();
        LogScan.readAll(file, true, new RecordedRecords());
        file.release();
        assertThatThrownBy(file::size).hasMessage("0000000001.0.seg: closed");
        assertThatThrownBy(file::release).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesBatchesWhenClosed() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        log.publish(1, 10);
        log.log.close();
        assertThat(log.log.durableBatch()).isEqualTo(1);
        assertThatThrownBy(() -> log.publish(2, 10)).isInstanceOf(StoreFailedException.class);
        log.log.close();
    }

    @Test
    void appendsNothingForAnEmptyBatch() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        assertThat(log.append()).isZero();
        log.publishAndFlush(1, 10);
        assertThat(log.append()).isEqualTo(1);
        assertThat(log.background.waiting()).isZero();
    }

    @Test
    void isDurableBeforeTheForceInTheModeOs() throws IOException {
        LogUnderTest log = new LogUnderTest(disk, LogUnderTest.SMALL.withMode(SyncMode.OS));
        log.publishAndFlush(1, 10);
        assertThat(log.log.durableBatch()).isEqualTo(1);
        assertThat(log.log.forcedPlace()).isEqualTo(LogPlace.START);
        assertThat(new LogUnderTest(disk.killed()).replayedNumbers()).containsExactly(1);
        log.publishAndFlush(2, 10);
        log.background.pass(1000);
        assertThat(log.log.forcedPlace()).isEqualTo(log.log.durablePlace());
        assertThat(new LogUnderTest(disk.onlyForced()).replayedNumbers()).containsExactly(1, 2);
    }

    @Test
    void preallocatesForSmallGroupsAndGivesBackWhatIsLeft() throws IOException {
        LogUnderTest log = new LogUnderTest(disk, new LogSettings(SyncMode.FSYNC, 100_000, 1000, 30_000, 0));
        for (int i = 0; i < 10; i++) {
            log.publishAndFlush(i, 10);
        }
        assertThat(disk.usedBytes()).isGreaterThan(30_000);
        assertThat(new LogUnderTest(disk.onlyForced()).replayedNumbers()).isEqualTo(numbers(10));
        log.log.close();
        assertThat(disk.usedBytes()).isLessThan(1500);
        LogUnderTest again = new LogUnderTest(disk.onlyForced());
        assertThat(again.replayedNumbers()).isEqualTo(numbers(10));
        assertThat(again.log.cutBytes()).isZero();
    }

    static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
