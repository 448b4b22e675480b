package io.leveret.persistence.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.Position;
import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.DiskFile;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.inspect.CatalogRepair;
import io.leveret.persistence.inspect.StoreReport;
import io.leveret.persistence.inspect.StoreReport.Damage;
import io.leveret.persistence.inspect.StoreSalvage;
import io.leveret.persistence.inspect.StoreVerify;
import io.leveret.persistence.log.LogPlace;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.LogUnderTest;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.log.SyncMode;
import io.leveret.persistence.store.PlainStore.Message;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is told of a stopped store, and saved of it. */
@ExtendWith(CrashVerdict.class)
class InspectTest {

    private static final StoreSettings PREALLOCATING =
            new StoreSettings(new LogSettings(SyncMode.FSYNC, 4096, 60, 3000, 0), 12_000, 60_000);

    private static final CatalogRepair AS_FOUND =
            (catalog, live) -> new CatalogRepair.Repaired(catalog, new TreeSet<>(live.keySet()), Set.of(), List.of());

    @RepeatedTest(8)
    void findsNothingWrongWithAGoodStoreAndCopiesAll(RepetitionInfo repetition) throws IOException {
        Random random = new Random(repetition.getCurrentRepetition());
        StoreHistory history = new StoreHistory(random, 60);
        MemoryDisk disk = aged(history, random.nextInt(1, 300));
        long operations = disk.faults().operations();
        StoreReport report = StoreVerify.verify(disk);
        assertThat(report.damages()).isEmpty();
        assertThat(report.notes()).isEmpty();
        assertThat(report.isClean()).isTrue();
        MemoryDisk to = new MemoryDisk();
        assertThat(StoreSalvage.salvage(disk, to, AS_FOUND).damages()).isEmpty();
        assertThat(disk.faults().operations()).as("nothing was written").isEqualTo(operations);
        StoreUnderTest old = new StoreUnderTest(disk);
        StoreUnderTest copy = new StoreUnderTest(to.onlyForced());
        requireSame(copy.store, old.store, history.now());
    }

    @Test
    void tellsWhatIsLiveOfEachSegment() throws IOException {
        StoreUnderTest store = filled(60);
        for (StoredEntry entry : store.entries(1)) {
            if (Message.numberOf(entry) % 4 == 0) {
                store.settle(1, entry.position());
            }
        }
        store.background.runAll();
        StoreReport report = StoreVerify.verify(store.disk.killed());
        assertThat(report.segments().stream()
                        .mapToLong(StoreReport.Segment::liveEntries)
                        .sum())
                .isEqualTo(45);
        assertThat(report.segments().stream()
                        .mapToLong(StoreReport.Segment::liveBytes)
                        .sum())
                .isEqualTo(45 * 1006);
        assertThat(report.segments())
                .allSatisfy(segment -> assertThat(segment.deadBytes()).isPositive());
    }

    @Test
    void namesABitFlippedAnywhere() throws IOException {
        StoreUnderTest store = filled(30);
        store.close();
        MemoryDisk disk = store.disk.killed();
        for (String name : store.files("")) {
            long size = size(disk.folder("log"), name);
            for (long offset = 3; offset < size; offset += Math.max(1, size / 60)) {
                MemoryDisk rotten = disk.killed();
                rotten.folder("log").flipBit(name, offset, 6);
                assertThat(StoreVerify.verify(rotten).damages().stream().map(Damage::file))
                        .as("bit flipped at %d of %s", offset, name)
                        .contains(name);
            }
        }
        String checkpoint = store.checkpoints().get(0);
        disk.flipBit(checkpoint, 777, 1);
        assertThat(StoreVerify.verify(disk).damages().stream().map(Damage::file))
                .containsExactly(checkpoint);
    }

    @Test
    void tellsATornTailFromDamage() throws IOException {
        StoreUnderTest store = filled(8);
        List<String> segments = store.files(".seg");
        String last = segments.get(segments.size() - 1);
        MemoryDisk disk = store.disk.killed();
        disk.folder("log").flipBit(last, size(disk.folder("log"), last) - 500, 2);
        StoreReport report = StoreVerify.verify(disk);
        assertThat(report.damages()).isEmpty();
        assertThat(report.notes()).hasSize(1).first().asString().contains(last);
        assertThat(new StoreUnderTest(disk).numbers(1)).hasSize(7);
    }

    /** It stands behind all that was ever written, so that opening cuts it, and nothing is lost. */
    @Test
    void tellsAFlippedBitInWhatIsPreallocatedFromDamage() throws IOException {
        StoreUnderTest store = filled(new StoreUnderTest(new MemoryDisk(), PREALLOCATING), 8);
        String last = store.files(".seg").get(store.files(".seg").size() - 1);
        MemoryDisk disk = store.disk.killed();
        StoreReport.Segment whole =
                StoreVerify.verify(disk).segments().get(store.files(".seg").size() - 1);
        assertThat(whole.preallocatedBytes()).isGreaterThan(500);
        long end = whole.bytes() - whole.preallocatedBytes();
        LongStream offsets = LongStream.concat(
                LongStream.range(end, end + 6), LongStream.iterate(whole.bytes() - 1, at -> at > end, at -> at - 131));
        for (long offset : offsets.toArray()) {
            MemoryDisk rotten = disk.killed();
            rotten.folder("log").flipBit(last, offset, (int) (offset % 8));
            StoreReport report = StoreVerify.verify(rotten);
            assertThat(report.damages()).as("offset %d", offset).isEmpty();
            assertThat(report.notes())
                    .as("offset %d", offset)
                    .singleElement()
                    .asString()
                    .startsWith(last + " at offset " + end + ": ")
                    .contains("opening the store cuts it");
            MemoryDisk to = new MemoryDisk();
            StoreReport salvage = StoreSalvage.salvage(rotten, to, AS_FOUND);
            assertThat(salvage.damages()).as("offset %d", offset).isEmpty();
            assertThat(salvage.notes()).isEqualTo(report.notes());
            assertThat(StoreUnderTest.unwatched(to).numbers(1)).hasSize(8).isSorted();
            LogPlace checkpoint = AgedStore.checkpointPlace(rotten);
            assertThat(LogUnderTest.cutBytes(rotten.folder("log"), PREALLOCATING.log(), checkpoint))
                    .as("cut, offset %d", offset)
                    .isEqualTo(offset - end + 1);
            assertThat(StoreUnderTest.unwatched(rotten, PREALLOCATING).numbers(1))
                    .as("offset %d", offset)
                    .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
            assertThat(StoreVerify.verify(rotten).notes()).as("once it is cut").isEmpty();
        }
    }

    @Test
    void namesABitFlippedAnywhereInACompactedSegment() throws IOException {
        StoreUnderTest store = AgedStore.compacted();
        MemoryDisk disk = store.disk.killed();
        String segment = store.files(".1.seg").get(0);
        long size = size(disk.folder("log"), segment);
        long messages = firstMessageAt(store, segment);
        for (long offset = 0; offset < size; offset += offset < messages ? 1 : 7) {
            MemoryDisk rotten = disk.killed();
            rotten.folder("log").flipBit(segment, offset, (int) (offset % 8));
            long flipped = offset;
            assertThat(StoreVerify.verify(rotten).damages())
                    .as("bit flipped at %d", offset)
                    .isNotEmpty()
                    .allSatisfy(damage -> {
                        assertThat(damage.file()).isEqualTo(segment);
                        assertThat(damage.offset()).isLessThanOrEqualTo(flipped);
                    });
        }
    }

    @Test
    void savesAllButWhatIsRottenOfACompactedSegment() throws IOException {
        StoreUnderTest store = AgedStore.compacted();
        MemoryDisk disk = store.disk.killed();
        String segment = store.files(".1.seg").get(0);
        long number = requireNonNull(SegmentId.ofFile(segment)).segment();
        List<StoredEntry> all = store.entries(1);
        List<Integer> others = all.stream()
                .filter(entry -> Position.segment(entry.position()) != number)
                .map(Message::numberOf)
                .toList();
        long size = size(disk.folder("log"), segment);
        long messages = firstMessageAt(store, segment);
        for (long offset = 0; offset < size; offset += offset < messages ? 13 : 101) {
            MemoryDisk rotten = disk.killed();
            rotten.folder("log").flipBit(segment, offset, (int) (offset % 8));
            MemoryDisk to = new MemoryDisk();
            StoreReport report = StoreSalvage.salvage(rotten, to, AS_FOUND);
            assertThat(report.damages().stream().map(Damage::file))
                    .as("offset %d", offset)
                    .containsOnly(segment);
            List<Integer> numbers = StoreUnderTest.unwatched(to).numbers(1);
            assertThat(numbers).as("offset %d", offset).containsAll(others).isSorted();
            if (offset >= messages) {
                assertThat(numbers).as("all but one, offset %d", offset).hasSize(all.size() - 1);
            }
        }
    }

    @Test
    void savesAllButWhatIsRotten() throws IOException {
        StoreUnderTest store = filled(60);
        store.close();
        MemoryDisk disk = store.disk.killed();
        for (long offset = 100; offset < 3300; offset += 97) {
            MemoryDisk rotten = disk.killed();
            rotten.folder("log").flipBit("0000000003.0.seg", offset, 3);
            MemoryDisk to = new MemoryDisk();
            StoreReport report = StoreSalvage.salvage(rotten, to, AS_FOUND);
            assertThat(report.damages().stream().map(Damage::file)).containsOnly("0000000003.0.seg");
            List<Integer> numbers = new StoreUnderTest(to).numbers(1);
            // A message, or the batch of one.
            assertThat(numbers)
                    .as("offset %d", offset)
                    .hasSizeGreaterThanOrEqualTo(59)
                    .isSorted();
        }
    }

    @Test
    void savesWhatTheLogStillKnowsWithoutACheckpoint() throws IOException {
        StoreUnderTest store = filled(60);
        StoredEntry first = store.entries(1).get(0);
        store.settle(1, first.position());
        store.close();
        MemoryDisk disk = store.disk.killed();
        for (String name : store.checkpoints()) {
            disk.flipBit(name, 2000, 1);
        }
        assertThatThrownBy(() -> new StoreUnderTest(disk.killed())).hasMessageContaining("no checkpoint can be read");
        MemoryDisk to = new MemoryDisk();
        StoreReport report = StoreSalvage.salvage(disk, to, AS_FOUND);
        assertThat(report.damages().stream().map(Damage::file)).containsAll(store.checkpoints());
        assertThat(new StoreUnderTest(to).numbers(1))
                .isEqualTo(IntStream.range(1, 60).boxed().toList());
    }

    @Test
    void savesTheMessagesOfAQueueWhoseDeclarationBehindTheCheckpointIsDamaged() throws IOException {
        StoreUnderTest store = filled(20);
        assertThat(store.checkpoints()).hasSize(2);
        String last = store.files(".seg").get(store.files(".seg").size() - 1);
        long declaration = size(store.logFolder(), last);
        store.addQueue(2);
        store.addQueue(3);
        store.batch.deleteQueue(3);
        store.append();
        for (int i = 0; i < 5; i++) {
            store.publish(i, 1000, 2, 3);
            store.background.runAll();
        }
        MemoryDisk disk = store.disk.killed();
        // Behind the group's header and the batch's own.
        disk.folder("log").flipBit(last, declaration + 64, 0);

        MemoryDisk to = new MemoryDisk();
        StoreReport report = StoreSalvage.salvage(disk, to, AS_FOUND);

        assertThat(report.damages()).hasSize(1);
        StoreUnderTest copy = new StoreUnderTest(to);
        assertThat(copy.numbers(2)).containsExactly(0, 1, 2, 3, 4);
        assertThat(copy.store.queues()).containsOnlyKeys(1L, 2L);
    }

    @Test
    void savesWhatIsLeftWhenASegmentIsMissing() throws IOException {
        StoreUnderTest store = filled(60);
        store.close();
        MemoryDisk disk = store.disk.killed();
        disk.folder("log").delete("0000000003.0.seg");
        assertThat(StoreVerify.verify(disk).damages().stream().map(Damage::file))
                .containsExactly("0000000003.0.seg");
        MemoryDisk to = new MemoryDisk();
        StoreReport report = StoreSalvage.salvage(disk, to, AS_FOUND);
        assertThat(report.damages().stream().map(Damage::file)).containsExactly("0000000003.0.seg");
        TreeSet<Integer> numbers = new TreeSet<>(new StoreUnderTest(to).numbers(1));
        assertThat(numbers.size()).isBetween(55, 58);
    }

    @Test
    void refusesToSalvageIntoAFolderThatIsNotEmpty() throws IOException {
        StoreUnderTest store = filled(1);
        MemoryDisk disk = store.disk.killed();
        assertThatThrownBy(() -> StoreSalvage.salvage(disk, disk, AS_FOUND)).hasMessageContaining("not empty");
    }

    /** All but the positions, which are others in a copy. */
    private static void requireSame(Store copy, Store old, PlainStore plain) throws IOException {
        assertThat(StoreComparison.catalog(copy)).isEqualTo(StoreComparison.catalog(old));
        assertThat(copy.queues().keySet()).isEqualTo(old.queues().keySet());
        assertThat(copy.nextQueueId()).isEqualTo(old.nextQueueId());
        for (long queueId : plain.queues.keySet()) {
            for (int level = 0; level < StoreComparison.LEVELS; level++) {
                assertThat(described(copy, queueId, level)).isEqualTo(described(old, queueId, level));
            }
        }
    }

    private static List<String> described(Store store, long queueId, int level) throws IOException {
        return store.entries(queueId, level, 0, Long.MAX_VALUE, 100_000, Long.MAX_VALUE).stream()
                .map(entry -> Message.numberOf(entry) + " " + entry.target() + " " + entry.deliveryCount() + " "
                        + entry.notBeforeMs() + " " + entry.redelivered() + " " + entry.body().length)
                .toList();
    }

    private static MemoryDisk aged(StoreHistory history, int batches) throws IOException {
        StoreUnderTest store = new StoreUnderTest(new MemoryDisk());
        for (int i = 0; i < batches; i++) {
            history.append(store);
            store.background.runAll();
        }
        return store.disk.killed();
    }

    /** Of a file that compaction made, all of whose messages stand at its end in one batch. */
    private static long firstMessageAt(StoreUnderTest store, String segment) throws IOException {
        long number = requireNonNull(SegmentId.ofFile(segment)).segment();
        long messages = store.entries(1).stream()
                .filter(entry -> Position.segment(entry.position()) == number)
                .mapToLong(entry -> entry.head().length + entry.body().length)
                .sum();
        return size(store.logFolder(), segment) - messages;
    }

    private static StoreUnderTest filled(int messages) throws IOException {
        return filled(new StoreUnderTest(new MemoryDisk()), messages);
    }

    private static StoreUnderTest filled(StoreUnderTest store, int messages) {
        store.addQueue(1);
        for (int i = 0; i < messages; i++) {
            store.publish(i, 1000, 1);
            store.background.runAll();
        }
        return store;
    }

    private static long size(MemoryDisk disk, String file) throws IOException {
        try (DiskFile open = disk.open(file)) {
            return open.size();
        }
    }
}
