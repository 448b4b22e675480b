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
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rot below what was forced is refused by name; what can't be told from a torn write is cut and reported. */
@ExtendWith(CrashVerdict.class)
class LogCorruptionTest {

    private static final LogSettings TINY = new LogSettings(SyncMode.FSYNC, 400, 1000, 0, 0);
    /** More is preallocated than is read into memory at once. */
    private static final LogSettings PREALLOCATING = new LogSettings(SyncMode.FSYNC, 1 << 20, 1000, 150_000, 0);

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
    void cutsAFlippedBitInWhatIsPreallocatedAndLosesNothing() throws IOException {
        LogPlace[] ends = write(PREALLOCATING, 4);
        long end = ends[3].offset();
        long size = disk.open(FIRST).size();
        assertThat(size).isGreaterThan(end + (128 << 10));
        for (long offset : nearAndFar(end, size)) {
            MemoryDisk rotten = disk.killed();
            rotten.flipBit(FIRST, offset, (int) (offset % 8));
            assertThat(LogUnderTest.cutBytes(rotten, PREALLOCATING, ends[3]))
                    .as("cut behind a checkpoint, offset %d", offset)
                    .isEqualTo(offset - end + 1);
            LogUnderTest log = LogUnderTest.unwatched(rotten, PREALLOCATING);
            assertThat(log.replayedNumbers()).as("offset %d", offset).containsExactly(0, 1, 2, 3);
            assertThat(log.log.durablePlace()).as("offset %d", offset).isEqualTo(ends[3]);
            assertThat(log.log.cutBytes()).as("offset %d", offset).isEqualTo(offset - end + 1);
            assertThat(rotten.open(FIRST).size()).as("offset %d", offset).isEqualTo(end);
            log.publishAndFlush(4, 40);
            LogUnderTest again = LogUnderTest.unwatched(rotten.onlyForced(), PREALLOCATING);
            assertThat(again.replayedNumbers()).as("offset %d", offset).containsExactly(0, 1, 2, 3, 4);
            assertThat(again.log.cutBytes()).as("cut again, offset %d", offset).isZero();
        }
    }

    /** Every byte in which a frame's header would stand, some behind it up to the last, and where one window of a reader ends. */
    private static long[] nearAndFar(long end, long size) {
        LongStream near = LongStream.range(end, end + 2 * FrameHeader.BYTES);
        LongStream far = LongStream.iterate(end + 100, at -> at < size, at -> at + 1999);
        LongStream windows = LongStream.of(1, 2)
                .map(window -> end + window * (64 << 10))
                .flatMap(at -> LongStream.of(at - 1, at, at + 1));
        return Stream.of(near, far, windows, LongStream.of(size - 1))
                .flatMapToLong(Function.identity())
                .toArray();
    }

    /**
     * A power cut may take back that the space was given back when the next segment was begun. What the next one says of this one's end
     * tells that nothing is missing. Only a flip where a frame's magic would stand is refused, by name, as a frame that has rotted.
     */
    @Test
    void losesNothingAtAFlippedBitInWhatIsPreallocatedOfASegmentBeforeTheLast() throws IOException {
        LogPlace[] ends = write(TINY, 12);
        long end = disk.open(FIRST).size();
        try (DiskFile file = disk.open(FIRST)) {
            file.write(end, ByteBuffer.allocate(200));
        }
        for (long offset = end; offset < end + 200; offset++) {
            MemoryDisk rotten = disk.killed();
            rotten.flipBit(FIRST, offset, (int) (offset % 8));
            LogSurvey survey = new LogSurvey(Segments.in(rotten), LogPlace.START);
            RecordedRecords read = new RecordedRecords();
            assertThat(Set.copyOf(survey.read(new SegmentId(1, 0), LogPlace.START, read)
                            .damages()))
                    .as("offset %d", offset)
                    .singleElement()
                    .satisfies(damage -> {
                        assertThat(damage.file()).isEqualTo(FIRST);
                        assertThat(damage.offset()).isEqualTo(end);
                        assertThat(damage.tail()).isFalse();
                    });
            if (offset < end + Integer.BYTES) {
                assertThatThrownBy(() -> LogUnderTest.unwatched(rotten, TINY))
                        .as("offset %d", offset)
                        .isInstanceOf(StoreCorruptException.class)
                        .hasMessageStartingWith(FIRST + " at offset " + end + ": frame header's magic");
            } else {
                LogUnderTest log = LogUnderTest.unwatched(rotten, TINY);
                assertThat(log.replayedNumbers()).as("offset %d", offset).isEqualTo(MessageLogTest.numbers(12));
                assertThat(log.log.durablePlace()).isEqualTo(ends[11]);
                assertThat(log.log.cutBytes()).isZero();
            }
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
