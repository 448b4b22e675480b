package io.leveret.persistence.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.DiskFile;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.RecordedRecords;
import io.leveret.persistence.record.SealedBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rot below what was forced is refused by name; what can't be told from a torn write is cut and reported. */
@ExtendWith(CrashVerdict.class)
class LogCorruptionTest {

    private static final LogSettings TINY = new LogSettings(SyncMode.FSYNC, 400, 1000, 0, 0);
    private static final String FIRST = new SegmentId(1, 0).fileName();
    private static final String SECOND = new SegmentId(2, 0).fileName();

    private final MemoryDisk disk = new MemoryDisk();

    /** Groups of one batch each; the last one says how far the log was forced before it. */
    private LogPlace[] write(LogSettings settings, int groups) throws IOException {
        LogUnderTest log = new LogUnderTest(disk, settings);
        LogPlace[] ends = new LogPlace[groups];
        for (int i = 0; i < groups; i++) {
            log.batch.addQueue(i);
            log.batch.settle(1, i);
            log.publishAndFlush(i, 40);
            ends[i] = log.log.durablePlace();
        }
        return ends;
    }

    @Test
    void refusesAFlippedBitInEveryByteBelowTheForcedPosition() throws IOException {
        LogPlace[] ends = write(LogUnderTest.SMALL, 4);
        long forced = ends[2].offset();
        for (long offset = 0; offset < forced; offset++) {
            MemoryDisk rotten = disk.killed();
            rotten.flipBit(FIRST, offset, (int) (offset % 8));
            assertThatThrownBy(() -> LogUnderTest.unwatched(rotten))
                    .as("offset %d", offset)
                    .isInstanceOf(StoreCorruptException.class)
                    .hasMessageStartingWith(FIRST + " at offset ");
            assertThat(rotten.faults().operations())
                    .as("changes of a corrupt store")
                    .isZero();
        }
    }

    @Test
    void namesTheFrameThatIsRotten() throws IOException {
        LogPlace[] ends = write(LogUnderTest.SMALL, 4);
        disk.flipBit(FIRST, ends[1].offset() - 1, 0);
        assertThatThrownBy(() -> LogUnderTest.unwatched(disk))
                .isInstanceOfSatisfying(StoreCorruptException.class, e -> {
                    assertThat(e.file()).isEqualTo(FIRST);
                    assertThat(e.offset()).isEqualTo(ends[0].offset() + FrameHeader.BYTES);
                })
                .hasMessageContaining("checksum of the message at")
                .hasMessageContaining("it was forced, as the group at offset " + ends[1].offset());
    }

    @Test
    void refusesAFlippedBitInEveryByteOfASegmentBeforeTheLast() throws IOException {
        LogPlace[] ends = write(TINY, 12);
        assertThat(ends[11].segment()).isGreaterThan(2);
        long length = disk.open(FIRST).size();
        for (long offset = 0; offset < length; offset++) {
            MemoryDisk rotten = disk.killed();
            rotten.flipBit(FIRST, offset, (int) (offset % 8));
            assertThatThrownBy(() -> LogUnderTest.unwatched(rotten))
                    .as("offset %d", offset)
                    .isInstanceOf(StoreCorruptException.class)
                    .hasMessageStartingWith(FIRST + " at offset ");
        }
    }

    @Test
    void cutsTheLastGroupAtAFlippedBitAndReportsIt() throws IOException {
        LogPlace[] ends = write(LogUnderTest.SMALL, 4);
        for (long offset = ends[2].offset(); offset < ends[3].offset(); offset++) {
            MemoryDisk rotten = disk.killed();
            rotten.flipBit(FIRST, offset, (int) (offset % 8));
            LogUnderTest log = LogUnderTest.unwatched(rotten);
            assertThat(log.replayedNumbers()).as("offset %d", offset).containsExactly(0, 1, 2);
            assertThat(log.log.cutBytes()).as("offset %d", offset).isPositive();
        }
    }

    @Test
    void refusesALogThatIsShorterThanItsCheckpoint() throws IOException {
        LogPlace[] ends = write(LogUnderTest.SMALL, 4);
        truncate(FIRST, ends[1].offset());
        assertThatThrownBy(() -> LogUnderTest.unwatched(disk, LogUnderTest.SMALL, ends[3]))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageContaining("a checkpoint stands on it");
        disk.delete(FIRST);
        assertThatThrownBy(() -> LogUnderTest.unwatched(disk, LogUnderTest.SMALL, ends[3]))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageContaining("the segment is missing");
    }

    @Test
    void refusesASegmentThatLostItsLastFrames() throws IOException {
        LogPlace[] ends = write(TINY, 12);
        truncate(FIRST, ends[0].offset());
        assertThatThrownBy(() -> LogUnderTest.unwatched(disk))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageStartingWith(FIRST + " at offset " + ends[0].offset() + ": the segment ends here");
    }

    @Test
    void refusesALogWithoutASegmentInTheMiddle() throws IOException {
        write(TINY, 12);
        disk.delete(SECOND);
        assertThatThrownBy(() -> LogUnderTest.unwatched(disk))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageStartingWith(SECOND + " at offset 0: the segment is missing");
    }

    @Test
    void refusesZerosInTheMiddle() throws IOException {
        LogPlace[] ends = write(LogUnderTest.SMALL, 4);
        try (DiskFile file = disk.open(FIRST)) {
            int length = (int) (ends[1].offset() - ends[0].offset());
            file.write(ends[0].offset(), ByteBuffer.allocate(length));
        }
        assertThatThrownBy(() -> LogUnderTest.unwatched(disk))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageStartingWith(FIRST + " at offset " + ends[0].offset() + ": the log ends here");
    }

    @Test
    void refusesASegmentOfAnotherName() throws IOException {
        write(TINY, 12);
        disk.rename(SECOND, FIRST);
        assertThatThrownBy(() -> LogUnderTest.unwatched(disk))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageContaining("header of " + SECOND + " (expected: its own)");
    }

    @Test
    void takesNoGroupOfAnotherSegmentForProof() throws IOException {
        LogPlace[] ends = write(TINY, 12);
        byte[] group = bytes(new SegmentId(ends[11].segment(), 0).fileName());
        MemoryDisk other = new MemoryDisk();
        LogUnderTest log = new LogUnderTest(other);
        log.publishAndFlush(0, 10);
        LogPlace end = log.log.durablePlace();
        // A message with the bytes of another segment in it was being written when the power went off.
        try (DiskFile file = other.open(FIRST)) {
            file.write(end.offset() + 100, ByteBuffer.wrap(group));
        }
        LogUnderTest again = LogUnderTest.unwatched(other);
        assertThat(again.replayedNumbers()).containsExactly(0);
        assertThat(again.log.cutBytes()).isGreaterThan(100);
    }

    @Test
    void scanRefusesWhatIsRottenWithFileAndOffset() throws IOException {
        LogPlace[] ends = write(LogUnderTest.SMALL, 4);
        Segments segments = Segments.in(disk);
        disk.flipBit(FIRST, ends[2].offset() + 40, 2);
        try (LogScan scan = new LogScan(segments, LogPlace.START, ends[3], false)) {
            RecordedRecords read = new RecordedRecords();
            assertThatThrownBy(() -> {
                        while (scan.next(read)) {
                            assertThat(scan.place()).isLessThan(ends[3]);
                        }
                    })
                    .isInstanceOf(StoreCorruptException.class)
                    .hasMessageStartingWith(FIRST + " at offset " + (ends[2].offset() + FrameHeader.BYTES));
            assertThat(read.positions()).hasSize(3);
        }
    }

    /**
     * Whatever stands in a segment's file: it is read, cut, or refused with a classified error. Noise over the border of the last two
     * groups takes the proof with it that the first of them was forced.
     */
    @Test
    void classifiesNoise() throws IOException {
        write(LogUnderTest.SMALL, 6);
        int length = bytes(FIRST).length;
        for (int seed = 0; seed < 2000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            MemoryDisk noisy = disk.killed();
            byte[] noise = new byte[random.nextInt(1, 40)];
            random.nextBytes(noise);
            try (DiskFile file = noisy.open(FIRST)) {
                file.write(random.nextInt(length), ByteBuffer.wrap(noise));
            }
            try {
                LogUnderTest log = LogUnderTest.unwatched(noisy);
                assertThat(log.replayedNumbers()).startsWith(0, 1, 2, 3);
            } catch (StoreCorruptException refused) {
                assertThat(refused.offset()).isLessThan(length);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void opensEveryPrefixOfASegment() throws IOException {
        LogPlace[] ends = write(LogUnderTest.SMALL, 3);
        byte[] whole = bytes(FIRST);
        for (int length = 0; length <= whole.length; length++) {
            MemoryDisk prefix = new MemoryDisk();
            try (DiskFile file = prefix.create(FIRST)) {
                file.write(0, ByteBuffer.wrap(whole, 0, length));
            }
            int wholeGroups = 0;
            while (wholeGroups < ends.length && ends[wholeGroups].offset() <= length) {
                wholeGroups++;
            }
            LogUnderTest log = LogUnderTest.unwatched(prefix);
            assertThat(log.replayedNumbers()).as("%d bytes", length).isEqualTo(MessageLogTest.numbers(wholeGroups));
        }
    }

    @Test
    void neverAllocatesByALengthThatTheFileDoesNotHave() throws IOException {
        write(LogUnderTest.SMALL, 1);
        Batch batch = new Batch();
        batch.addQueue(1);
        SealedBatch sealed = batch.seal();
        SealedBatch lying = new SealedBatch(
                sealed.meta(), Integer.MAX_VALUE - 100, 0, sealed.contents(), 0, Long.MAX_VALUE / 2, 0, 1);
        byte[] header = new FrameHeader(new SegmentId(1, 0), saltOfFirst()).batch(lying, 1);
        try (DiskFile file = disk.open(FIRST)) {
            file.write(file.size(), ByteBuffer.wrap(header, 0, FrameHeader.BYTES));
        }
        LogUnderTest log = LogUnderTest.unwatched(disk);
        assertThat(log.replayedNumbers()).containsExactly(0);
        assertThat(log.log.cutBytes()).isEqualTo(FrameHeader.BYTES);
    }

    private long saltOfFirst() throws IOException {
        return SegmentHeader.of(bytes(FIRST)).salt();
    }

    private void truncate(String name, long size) throws IOException {
        try (DiskFile file = disk.open(name)) {
            file.truncate(size);
        }
    }

    private byte[] bytes(String name) throws IOException {
        try (DiskFile file = disk.open(name)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.read(0, bytes);
            return bytes.array();
        }
    }
}
