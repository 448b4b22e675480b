package io.leveret.persistence.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.MemoryDisk;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a log does is told to the witness by hand, so that it can be told of what the log does not. */
class LogWitnessTest {

    private static final LogSettings OS = LogUnderTest.SMALL.withMode(SyncMode.OS);

    @RegisterExtension
    static final CrashVerdict VERDICT = new CrashVerdict();

    private final MemoryDisk disk = new MemoryDisk();

    private LogWitness watch(LogUnderTest log, LogSettings settings) throws IOException {
        LogWitness witness = Objects.requireNonNull(LogWitness.watch(disk, settings));
        witness.opened(log.log);
        return witness;
    }

    private static ToldBatch queues(int... ids) {
        ToldBatch batch = new ToldBatch();
        for (int id : ids) {
            batch.addQueue(id);
        }
        return batch;
    }

    @Test
    void triesEachOperationOfASmallLogAndSeesNothingWhereNothingIsLost() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        LogWitness witness = Objects.requireNonNull(log.witness);
        log.publishAndFlush(1, 100);
        log.publishAndFlush(2, 100);
        disk.create("any");
        assertThat(witness.tries()).isEqualTo((int) disk.faults().operations()).isGreaterThan(4);
        assertThat(witness.certainRecords()).isEqualTo(2);
        assertThatCode(VERDICT::judge).doesNotThrowAnyException();
    }

    @Test
    void seesThatACertainBatchIsLost() throws IOException {
        LogUnderTest log = new LogUnderTest(disk);
        log.publishAndFlush(1, 100);
        assertThatThrownBy(() -> {
                    disk.delete(new SegmentId(1, 0).fileName());
                    disk.forceFolder();
                    disk.create("any");
                })
                .hasMessageContaining("1 of 1 records are certain")
                .hasStackTraceContaining("[records]");
        disk.faults().unwatch();
        requireJudgedOnce();
    }

    @Test
    void seesThatAnotherMessageIsThere() throws IOException {
        LogUnderTest log = LogUnderTest.unwatched(disk);
        LogWitness witness = watch(log, LogUnderTest.SMALL);
        LogUnderTest twin = LogUnderTest.unwatched(new MemoryDisk());
        twin.publish(2, 100);
        log.publish(1, 100);
        assertThat(twin.batch.firstPosition()).isEqualTo(log.batch.firstPosition());
        witness.appended(twin.batch);
        log.background.runAll();
        assertThatThrownBy(VERDICT::judge).hasStackTraceContaining("checksums of the messages");
    }

    @Test
    void seesHalfABatch() throws IOException {
        LogUnderTest log = LogUnderTest.unwatched(disk, OS);
        LogWitness witness = watch(log, OS);
        queues(1).appendTo(log.log);
        witness.appended(queues(1, 2));
        log.background.runAll();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        disk.create("any" + i);
                    }
                })
                .hasMessageContaining("0 of 2 records are certain")
                .hasStackTraceContaining("where batches end");
        disk.faults().unwatch();
        requireJudgedOnce();
    }

    @Test
    void isToldWhatIsForcedInTheModeOs() throws IOException {
        LogUnderTest log = new LogUnderTest(disk, OS);
        LogWitness witness = Objects.requireNonNull(log.witness);
        log.publishAndFlush(1, 10);
        disk.create("any");
        assertThat(log.log.durableBatch()).isEqualTo(1);
        assertThat(witness.certainRecords()).isZero();
        log.log.force();
        disk.create("another");
        assertThat(witness.certainRecords()).isEqualTo(1);
    }

    private static void requireJudgedOnce() {
        assertThatThrownBy(VERDICT::judge).hasMessageContaining("had the power gone off");
        assertThatCode(VERDICT::judge).doesNotThrowAnyException();
    }
}
