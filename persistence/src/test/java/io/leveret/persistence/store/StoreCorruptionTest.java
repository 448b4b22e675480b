package io.leveret.persistence.store;

import static io.leveret.persistence.store.AgedStore.checkpoints;
import static io.leveret.persistence.store.AgedStore.indexes;
import static io.leveret.persistence.store.AgedStore.segments;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.Position;
import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.DiskFile;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.LogPlace;
import io.leveret.persistence.log.LogUnderTest;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.log.StoreCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What rots is noticed and named, or made again; nothing is skipped in silence. */
@ExtendWith(CrashVerdict.class)
class StoreCorruptionTest {

    private final Random random = new Random(3);
    private final StoreHistory history = new StoreHistory(random, 60);

    @Test
    void fallsBackToTheCheckpointBefore() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        String newest = checkpoints(disk).get(1);
        for (long offset : sample(disk, newest)) {
            MemoryDisk rotten = disk.killed();
            rotten.flipBit(newest, offset, (int) (offset % 8));
            StoreUnderTest store = new StoreUnderTest(rotten);
            compareAll(store, "bit flipped at " + offset);
            store.background.runAll();
            // The good one is kept, the broken one is gone, and the new one is good.
            assertThat(store.checkpoints())
                    .hasSize(2)
                    .doesNotContain(newest)
                    .contains(checkpoints(disk).get(0));
            MemoryDisk again = rotten.killed();
            again.flipBit(store.checkpoints().get(1), 5000, 0);
            compareAll(new StoreUnderTest(again), "both newest were broken, one after the other");
        }
    }

    @Test
    void refusesWithoutAReadableCheckpoint() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        for (String name : checkpoints(disk)) {
            disk.flipBit(name, 4000, 2);
        }
        String newest = checkpoints(disk).get(1);
        assertThatThrownBy(() -> new StoreUnderTest(disk))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageContaining(newest)
                .hasMessageContaining("no checkpoint can be read");
        for (String name : checkpoints(disk)) {
            disk.delete(name);
        }
        assertThatThrownBy(() -> new StoreUnderTest(disk))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageContaining("no checkpoint");
    }

    @Test
    void makesAMissingIndexAgain() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        MemoryDisk folder = disk.folder("log");
        for (String name : indexes(folder)) {
            folder.delete(name);
        }
        compareAll(new StoreUnderTest(disk), "without indexes");
        assertThat(indexes(folder)).isNotEmpty();
    }

    @Test
    void makesABrokenIndexAgain() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        String index = indexes(disk.folder("log")).get(0);
        for (long offset : sample(disk.folder("log"), index)) {
            MemoryDisk rotten = disk.killed();
            rotten.folder("log").flipBit(index, offset, (int) (offset % 8));
            compareAll(StoreUnderTest.unwatched(rotten), "bit flipped at " + offset);
        }
    }

    @Test
    void makesAnIndexAgainThatBreaksWhileItIsOpen() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        StoreUnderTest store = new StoreUnderTest(disk);
        compareAll(store, "before");
        for (String index : indexes(disk.folder("log"))) {
            for (long offset = 0; offset < size(disk.folder("log"), index); offset += 1500) {
                disk.folder("log").flipBit(index, offset, 4);
            }
        }
        compareAll(store, "after");
    }

    @Test
    void readsWhatStandsBeforeADamagedMessage() throws IOException {
        StoreUnderTest store = new StoreUnderTest(new MemoryDisk());
        store.addQueue(1);
        for (int i = 0; i < 200; i++) {
            store.publish(i, 100, 1);
        }
        store.close();
        StoreUnderTest again = new StoreUnderTest(store.disk);
        List<StoredEntry> all = again.entries(1);
        StoredEntry damaged = all.get(120);
        String segment = new SegmentId(Position.segment(damaged.position()), 0).fileName();
        again.logFolder().flipBit(segment, placeOf(damaged.body(), again.logFolder(), segment), 0);

        List<StoredEntry> before =
                again.store.entries(1, 0, all.get(100).position(), Long.MAX_VALUE, 1000, Long.MAX_VALUE);

        assertThat(before)
                .extracting(StoredEntry::position)
                .containsExactlyElementsOf(all.subList(100, 120).stream()
                        .map(StoredEntry::position)
                        .toList());
        assertThatThrownBy(() -> again.store.entries(1, 0, damaged.position(), Long.MAX_VALUE, 1000, Long.MAX_VALUE))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageStartingWith(segment + " at offset ");
    }

    /** What it told of can't be found any more, since its segment is damaged, too. */
    @Test
    void findsWhatStandsBeforeADamagedIndex() throws IOException {
        StoreUnderTest store = new StoreUnderTest(new MemoryDisk());
        store.addQueue(1);
        long[] all = LongStream.range(0, 200)
                .map(number -> store.publish((int) number, 100, 1))
                .toArray();
        store.close();
        StoreUnderTest again = new StoreUnderTest(store.disk);
        SegmentId damaged = new SegmentId(Position.segment(all[100]), 0);
        assertThat(again.files(".idx")).contains(Indexes.fileName(damaged));
        again.logFolder().delete(Indexes.fileName(damaged));
        for (long offset = 100; offset < size(again.logFolder(), damaged.fileName()); offset += 50) {
            again.logFolder().flipBit(damaged.fileName(), offset, 0);
        }

        Long[] before = LongStream.of(all)
                .filter(position -> Position.segment(position) < damaged.segment())
                .boxed()
                .toArray(Long[]::new);
        assertThat(again.store.entries(1, 0, 0, Long.MAX_VALUE, 1000, Long.MAX_VALUE))
                .extracting(StoredEntry::position)
                .containsExactly(before);
        assertThat(again.store.entries(1, all, Long.MAX_VALUE))
                .extracting(StoredEntry::position)
                .containsExactly(before);
        assertThatThrownBy(() -> again.store.entries(1, 0, all[100], Long.MAX_VALUE, 1000, Long.MAX_VALUE))
                .isInstanceOf(StoreCorruptException.class);
        assertThatThrownBy(() -> again.store.entries(1, new long[] {all[100]}, Long.MAX_VALUE))
                .isInstanceOf(StoreCorruptException.class);
    }

    private static long placeOf(byte[] bytes, MemoryDisk folder, String file) throws IOException {
        try (DiskFile opened = folder.open(file)) {
            ByteBuffer content = ByteBuffer.allocate((int) opened.size());
            opened.read(0, content);
            String text = new String(content.array(), StandardCharsets.ISO_8859_1);
            return text.indexOf(new String(bytes, StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void noticesAFlippedBitAnywhereInASegment() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        List<String> segments = segments(disk.folder("log"));
        Map<Long, Integer> noticed = new TreeMap<>();
        // The last one may have been torn by a crash.
        for (String segment : segments.subList(0, segments.size() - 1)) {
            int count = 0;
            for (long offset : sample(disk.folder("log"), segment)) {
                MemoryDisk rotten = disk.killed();
                MemoryDisk folder = rotten.folder("log");
                folder.flipBit(segment, offset, (int) (offset % 8));
                // So that the frames are read, and not only the messages.
                for (String index : indexes(folder)) {
                    folder.delete(index);
                }
                count += isNoticed(rotten, segment, offset) ? 1 : 0;
            }
            noticed.merge(requireNonNull(SegmentId.ofFile(segment)).segment(), count, Integer::sum);
        }
        // Of each segment one generation counts; nobody reads the others any more, or yet.
        assertThat(noticed)
                .hasSizeGreaterThan(2)
                .allSatisfy((segment, count) -> assertThat(count).isGreaterThan(40));
    }

    @Test
    void noticesAFlippedBitAnywhereBehindTheCheckpoint() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        StoreUnderTest store = new StoreUnderTest(disk);
        // In groups of their own, so that each but the last is known to have been forced.
        for (int i = 0; i < 12; i++) {
            history.append(store);
            store.background.runAll();
        }
        List<String> segments = segments(disk.folder("log"));
        String last = segments.get(segments.size() - 1);
        LogPlace checkpoint = AgedStore.checkpointPlace(disk);
        int cut = 0;
        int refused = 0;
        for (long offset : sample(disk.folder("log"), last)) {
            MemoryDisk rotten = disk.killed();
            rotten.folder("log").flipBit(last, offset, (int) (offset % 8));
            try {
                cut += isCut(rotten, last, offset, checkpoint) ? 1 : 0;
            } catch (StoreCorruptException e) {
                assertThat(e.file()).as("bit flipped at %d", offset).isEqualTo(last);
                assertThat(e.offset()).as("bit flipped at %d", offset).isLessThanOrEqualTo(offset);
                refused++;
            }
        }
        assertThat(cut).isPositive();
        assertThat(refused).isPositive();
    }

    /** Whether the last group is lost, which is reported then. Nothing else may be, and nothing behind the checkpoint be passed over. */
    private boolean isCut(MemoryDisk rotten, String last, long offset, LogPlace checkpoint) throws IOException {
        StoreUnderTest store = StoreUnderTest.unwatched(rotten.killed());
        long reported = LogUnderTest.cutBytes(rotten.folder("log"), StoreUnderTest.SMALL.log(), checkpoint);
        int kept = StoreComparison.batchesOf(store.store);
        String about = "bit flipped at " + offset + " of " + last;
        assertThat(kept).as(about).isBetween(history.size() - 1, history.size());
        boolean cut = kept < history.size();
        assertThat(reported > 0).as("a cut is reported, %s", about).isEqualTo(cut);
        if (!cut) {
            long segment = requireNonNull(SegmentId.ofFile(last)).segment();
            assertThat(new LogPlace(segment, offset, 0)).as(about).isLessThan(checkpoint);
        }
        new StoreComparison(store.store, history.after(kept), new Random(1), about).compareAll();
        return cut;
    }

    /** All that is in it is live, so that each byte of it matters to whoever reads it. */
    @Test
    void noticesAFlippedBitInEveryByteOfACompactedSegment() throws IOException {
        StoreUnderTest compacted = AgedStore.compacted();
        MemoryDisk disk = compacted.disk.killed();
        PlainStore plain = PlainStore.of(compacted.store);
        String segment = compacted.files(".1.seg").get(0);
        SegmentId id = requireNonNull(SegmentId.ofFile(segment));
        long messageBytes = compacted.entries(1).stream()
                .filter(entry -> Position.segment(entry.position()) == id.segment())
                .mapToLong(entry -> entry.head().length + entry.body().length)
                .sum();
        long size = size(disk.folder("log"), segment);
        int noticed = 0;
        for (long offset = 0; offset < size; offset++) {
            MemoryDisk rotten = disk.killed();
            rotten.folder("log").flipBit(segment, offset, (int) (offset % 8));
            noticed += isNoticedByReading(rotten.killed(), plain, segment, offset) ? 1 : 0;
            rotten.folder("log").delete(Indexes.fileName(id));
            assertThat(isNoticedByReading(rotten, plain, segment, offset))
                    .as("noticed without an index, bit flipped at %d of %d", offset, size)
                    .isTrue();
        }
        assertThat(noticed)
                .as("with its index nothing but the messages is read")
                .isEqualTo((int) messageBytes);
        assertThat(messageBytes).isBetween(1L, size - 1);
    }

    /** Opening reads nothing of what compaction has written, since checkpoints stand on it. */
    private static boolean isNoticedByReading(MemoryDisk rotten, PlainStore plain, String segment, long offset)
            throws IOException {
        StoreUnderTest store = StoreUnderTest.unwatched(rotten, AgedStore.COMPACTING);
        String about = "bit flipped at " + offset + " of " + segment;
        return isNoticed(new StoreComparison(store.store, plain, new Random(1), about), segment, offset);
    }

    @Test
    void refusesWhenASegmentIsMissingThatIsNeeded() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        int refused = 0;
        List<String> segments = segments(disk.folder("log"));
        // Nothing tells of the last one, if it was begun after the checkpoint.
        for (String segment : segments.subList(0, segments.size() - 1)) {
            MemoryDisk robbed = disk.killed();
            robbed.folder("log").delete(segment);
            try {
                compareAll(new StoreUnderTest(robbed), "without " + segment);
            } catch (StoreCorruptException e) {
                assertThat(e.file()).isEqualTo(segment);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(2);
    }

    @Test
    void deletesIndexesOfSegmentsThatAreNoMoreOrGoOn() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        MemoryDisk folder = disk.folder("log");
        String last = segments(folder).get(segments(folder).size() - 1);
        String first = indexes(folder).get(0);
        List<String> stale = List.of(
                last.replace(".seg", ".idx"),
                first.replaceAll("\\.\\d\\.idx", ".9.idx"),
                "0000099999.0.idx",
                first.replaceAll("\\.\\d\\.idx", ".9.seg"));
        for (String name : stale) {
            folder.create(name).close();
        }
        compareAll(new StoreUnderTest(disk), "with stale files");
        assertThat(folder.list()).doesNotContainAnyElementsOf(stale).contains(first);
    }

    /** True if reading said so; the rest must be all right then. */
    private boolean isNoticed(MemoryDisk rotten, String segment, long offset) throws IOException {
        StoreUnderTest store;
        try {
            store = new StoreUnderTest(rotten);
        } catch (StoreCorruptException e) {
            assertThat(e.file()).as("bit flipped at %d", offset).isEqualTo(segment);
            return true;
        }
        String about = "bit flipped at " + offset + " of " + segment;
        return isNoticed(new StoreComparison(store.store, history.now(), new Random(1), about), segment, offset);
    }

    private static boolean isNoticed(StoreComparison comparison, String segment, long offset) throws IOException {
        try {
            comparison.compareAll();
            return false;
        } catch (StoreCorruptException e) {
            assertThat(e.file()).as("bit flipped at %d", offset).isEqualTo(segment);
            assertThat(e.offset()).isLessThanOrEqualTo(offset);
            return true;
        }
    }

    private void compareAll(StoreUnderTest store, String about) throws IOException {
        new StoreComparison(store.store, history.now(), new Random(1), about).compareAll();
    }

    private static long[] sample(MemoryDisk disk, String file) throws IOException {
        long size = size(disk, file);
        long step = Math.max(1, size / 90);
        Random random = new Random(size);
        return LongStream.iterate(0, at -> at < size, at -> at + step)
                .map(at -> Math.min(size - 1, at + random.nextLong(step)))
                .toArray();
    }

    private static long size(MemoryDisk disk, String file) throws IOException {
        try (DiskFile open = disk.open(file)) {
            return open.size();
        }
    }
}
