package io.leveret.persistence.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.FormatVersionException;
import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.DiskFile;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.RecordedRecords;
import io.leveret.persistence.record.SealedBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who publishes knows all of the format but a file's salt: nothing in a message is taken for a frame, whatever is damaged around it. */
@ExtendWith(CrashVerdict.class)
class LogForgeryTest {

    private static final SegmentId FIRST_ID = new SegmentId(1, 0);
    private static final String FIRST = FIRST_ID.fileName();
    private static final LogSettings ONE_SEGMENT = new LogSettings(SyncMode.FSYNC, 1 << 20, 1000, 0, 0);
    private static final LogPlace FAR = new LogPlace(1, 1 << 19, 0);

    private final MemoryDisk disk = new MemoryDisk();
    private final Random random = new Random(1);

    @Test
    void takesNoGroupInABodyForProofThatATornBatchWasForced() throws IOException {
        LogUnderTest log = new LogUnderTest(disk, ONE_SEGMENT);
        log.publishAndFlush(0, 10);
        publish(log, forgedGroups(500));
        truncate(disk.open(FIRST).size() - 1);

        LogUnderTest again = LogUnderTest.unwatched(disk, ONE_SEGMENT);

        assertThat(again.replayedNumbers()).containsExactly(0);
        assertThat(again.log.cutBytes()).isGreaterThan(500 * FrameHeader.BYTES);
    }

    @Test
    void takesNoGroupInABodyForProofThatATornHeaderWasForced() throws IOException {
        // Where the file's first group is torn with its header, a group in a body may have the start refused: see
        // TailSearch.
        LogUnderTest log = LogUnderTest.unwatched(disk, ONE_SEGMENT);
        publish(log, forgedGroups(500));
        disk.flipBit(FIRST, 10, 1);

        LogUnderTest again = LogUnderTest.unwatched(disk, ONE_SEGMENT);

        assertThat(again.replayedNumbers()).isEmpty();
        assertThat(disk.exists(FIRST)).isFalse();
    }

    @Test
    void readsNoBatchInABodyWhoseOwnBatchIsDamaged() throws IOException {
        LogUnderTest log = new LogUnderTest(disk, ONE_SEGMENT);
        log.batch.addQueue(1);
        log.publishAndFlush(0, 10);
        LogPlace damaged = log.log.durablePlace();
        publish(log, forgedBatches(50));
        log.publishAndFlush(2, 10);
        disk.flipBit(FIRST, damaged.offset() + FrameHeader.BYTES + 9, 1);

        RecordedRecords read = new RecordedRecords();
        LogSurvey.Found found = new LogSurvey(Segments.in(disk), LogPlace.START).read(FIRST_ID, LogPlace.START, read);

        assertThat(read.lines()).noneMatch(line -> line.startsWith("delete "));
        assertThat(read.positions()).hasSize(2);
        assertThat(found.damages())
                .extracting(LogSurvey.Damage::offset)
                .containsOnly(damaged.offset() + FrameHeader.BYTES);
    }

    /** So that the tests above would fail if the salt were not looked at: the same frames with the file's own salt are taken. */
    @Test
    void takesWhatBearsTheFilesOwnSalt() throws IOException {
        LogUnderTest log = new LogUnderTest(disk, ONE_SEGMENT);
        log.publishAndFlush(0, 10);
        LogPlace torn = log.log.durablePlace();
        byte[] group = new FrameHeader(FIRST_ID, salt(FIRST)).group(FAR).clone();
        publish(log, group);
        truncate(disk.open(FIRST).size() - 1);

        assertThatThrownBy(() -> LogUnderTest.unwatched(disk, ONE_SEGMENT))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageStartingWith(FIRST + " at offset " + (torn.offset() + FrameHeader.BYTES));
    }

    @Test
    void findsTheSaltOfAFileWhoseHeaderIsDamaged() throws IOException {
        LogUnderTest log = new LogUnderTest(disk, ONE_SEGMENT);
        for (int i = 0; i < 3; i++) {
            log.publishAndFlush(i, 10);
        }
        for (int offset = 0; offset < SegmentHeader.BYTES; offset++) {
            MemoryDisk rotten = disk.killed();
            rotten.flipBit(FIRST, offset, offset % 8);
            RecordedRecords read = new RecordedRecords();
            LogSurvey survey = new LogSurvey(Segments.in(rotten), LogPlace.START);
            assertThat(survey.read(FIRST_ID, LogPlace.START, read).damages())
                    .as("offset %d", offset)
                    .containsOnly(new LogSurvey.Damage(
                            FIRST,
                            0,
                            offset < 4 ? "no segment's header" : "segment header's checksum is wrong",
                            false));
            assertThat(read.positions()).as("offset %d", offset).hasSize(3);
        }
    }

    @Test
    void readsOnBehindACheckpointThoughTheHeaderIsDamaged() throws IOException {
        LogUnderTest log = new LogUnderTest(disk, ONE_SEGMENT);
        log.publishAndFlush(0, 10);
        LogPlace checkpoint = log.log.durablePlace();
        log.publishAndFlush(1, 10);
        disk.flipBit(FIRST, 10, 1);

        assertThatThrownBy(() -> LogUnderTest.unwatched(disk, ONE_SEGMENT, checkpoint))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessage(FIRST + " at offset 0: segment header's checksum is wrong");
        RecordedRecords read = new RecordedRecords();
        LogSurvey.Found found = new LogSurvey(Segments.in(disk), checkpoint).read(FIRST_ID, checkpoint, read);
        assertThat(found.damages()).extracting(LogSurvey.Damage::tail).containsExactly(false);
        assertThat(read.positions()).hasSize(1);
    }

    @Test
    void refusesASegmentOfAnotherVersionAndChangesNothing() throws IOException {
        LogUnderTest log = LogUnderTest.unwatched(disk, ONE_SEGMENT);
        log.publishAndFlush(0, 10);
        // As the version before wrote it, and as one to come may: how the frames look is not even looked at.
        for (int version : new int[] {1, 3}) {
            ByteBuffer header = ByteBuffer.allocate(SegmentHeader.BYTES);
            new SegmentHeader(FIRST_ID, 0, 0).putTo(header);
            header.putInt(4, version);
            CRC32C crc = new CRC32C();
            crc.update(header.array(), 0, SegmentHeader.BYTES - 4);
            header.putInt(SegmentHeader.BYTES - 4, (int) crc.getValue());
            try (DiskFile file = disk.open(FIRST)) {
                file.write(0, header.flip());
            }
            MemoryDisk other = disk.killed();

            assertThatThrownBy(() -> LogUnderTest.unwatched(other, ONE_SEGMENT))
                    .isInstanceOf(FormatVersionException.class)
                    .hasMessage(FIRST + ": format version: " + version
                            + " (expected: 2, the one that this version of Leveret reads and writes)");
            assertThat(other.faults().operations()).isZero();
        }
    }

    @Test
    void givesEachFileASaltOfItsOwn() throws IOException {
        LogUnderTest log = new LogUnderTest(disk, new LogSettings(SyncMode.FSYNC, 400, 1000, 0, 0));
        for (int i = 0; i < 12; i++) {
            log.publishAndFlush(i, 100);
        }
        assertThat(disk.list()).hasSizeGreaterThan(2).extracting(this::salt).doesNotHaveDuplicates();
    }

    private byte[] forgedGroups(int count) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            body.write(new FrameHeader(FIRST_ID, FrameHeader.newSalt(random)).group(FAR), 0, FrameHeader.BYTES);
        }
        return body.toByteArray();
    }

    private byte[] forgedBatches(int count) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            Batch batch = new Batch();
            batch.deleteQueue(1);
            SealedBatch sealed = batch.seal();
            byte[] header = new FrameHeader(FIRST_ID, FrameHeader.newSalt(random)).batch(sealed, 1);
            body.write(header, 0, FrameHeader.BYTES);
            body.write(sealed.meta(), 0, sealed.metaLength());
        }
        return body.toByteArray();
    }

    private static void publish(LogUnderTest log, byte[] body) {
        log.batch.publish(new byte[] {1}, new byte[0], body);
        log.batch.target(1);
        log.append();
        log.background.runAll();
    }

    private long salt(String name) {
        try (DiskFile file = disk.open(name)) {
            ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
            file.read(0, bytes);
            return SegmentHeader.of(bytes.array()).salt();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void truncate(long size) throws IOException {
        try (DiskFile file = disk.open(FIRST)) {
            file.truncate(size);
        }
    }
}
