package io.leveret.persistence.store;

import static io.leveret.persistence.store.AgedStore.letPass;
import static io.leveret.persistence.store.AgedStore.mostlyDead;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.Position;
import io.leveret.persistence.disk.CrashAtEveryWrite;
import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.LogScan;
import io.leveret.persistence.log.SegmentFile;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.log.Segments;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.RecordedRecords;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(CrashVerdict.class)
class CompactionTest {

    private static final StoreSettings SMALL = AgedStore.COMPACTING;

    @Test
    void writesMostlyDeadSegmentsAnew() throws IOException {
        StoreUnderTest store = mostlyDead(new MemoryDisk());
        List<StoredEntry> before = store.entries(1);
        long bytes = logBytes(store);
        letPass(store);
        assertThat(logBytes(store)).isLessThan(bytes * 6 / 10);
        assertThat(store.files(".1.seg")).isNotEmpty();
        requireSame(store, before);
        requireSame(new StoreUnderTest(store.disk.killed(), SMALL), before);
        requireSame(new StoreUnderTest(store.disk.onlyForced(), SMALL), before);
    }

    @Test
    void keepsFilesOfOneGenerationOnlyOnceBothCheckpointsNameIt() throws IOException {
        StoreUnderTest store = mostlyDead(new MemoryDisk());
        letPass(store);
        List<Long> segments = store.files(".seg").stream()
                .map(name -> Long.valueOf(name.substring(0, 10)))
                .toList();
        assertThat(segments).doesNotHaveDuplicates();
        assertThat(store.files(".idx").size()).isLessThanOrEqualTo(segments.size());
    }

    @Test
    void writesNothingMoreWhenAllIsCompact() throws IOException {
        StoreUnderTest store = mostlyDead(new MemoryDisk());
        letPass(store);
        long operations = store.disk.faults().operations();
        letPass(store);
        assertThat(store.disk.faults().operations()).isEqualTo(operations);
    }

    @Test
    void compactsAgainWhenMoreDies() throws IOException {
        StoreUnderTest store = mostlyDead(new MemoryDisk());
        letPass(store);
        List<StoredEntry> left = store.entries(1);
        for (int i = 0; i < left.size(); i++) {
            if (i % 8 != 0) {
                store.settle(1, left.get(i).position());
            }
        }
        letPass(store);
        assertThat(store.files(".2.seg")).isNotEmpty();
        assertThat(store.numbers(1)).hasSize((left.size() + 7) / 8);
        requireSame(new StoreUnderTest(store.disk.killed(), SMALL), store.entries(1));
    }

    @Test
    void staysWithinTheBound() throws IOException {
        StoreUnderTest store = new StoreUnderTest(new MemoryDisk(), SMALL);
        store.addQueue(1);
        long liveBytes = 0;
        for (int i = 0; i < 900; i++) {
            long position = store.publish(i, 300, 1);
            if (i % 10 != 0) {
                store.settle(1, position);
            } else {
                liveBytes += 306;
            }
            store.background.pass(i % 10 == 0 ? 100 : 0);
        }
        letPass(store);
        // Twice a checkpoint's distance may lie behind the older checkpoint, in whole segments.
        assertThat(store.disk.folder("log").list()).isNotEmpty();
        assertThat(logBytes(store)).isLessThan(2 * liveBytes + 2 * 20_000 + 3 * 6000);
        assertThat(store.numbers(1)).hasSize(90);
    }

    @Test
    void keepsAReaderGoingThatFoundTheOldFile() throws IOException {
        StoreUnderTest store = mostlyDead(new MemoryDisk());
        List<StoredEntry> before = store.entries(1);
        for (int i = 0; i < 12; i++) {
            store.background.pass(1000);
            requireSame(store, before);
            assertThat(store.store.entries(1, new long[] {before.get(i).position()}, 1))
                    .hasSize(1);
        }
    }

    @Test
    void goesOnWithTheOthersWhenOneCanNotBeWritten() throws IOException {
        StoreUnderTest store = mostlyDead(new MemoryDisk());
        List<StoredEntry> before = store.entries(1);
        store.disk.faults().failEach(operation -> operation.contains("0000000001.1.seg"));
        letPass(store);
        assertThat(store.files(".seg")).contains("0000000001.0.seg");
        assertThat(store.files(".1.seg")).hasSizeGreaterThan(1);
        assertThat(store.failure).isNull();
        requireSame(store, before);
    }

    @Test
    void leavesAloneWhatItCanNotRead() throws IOException {
        StoreUnderTest store = mostlyDead(new MemoryDisk());
        StoredEntry first = store.entries(1).get(0);
        assertThat(Position.segment(first.position())).isEqualTo(1);
        store.logFolder().flipBit("0000000001.0.seg", 400, 5);
        letPass(store);
        assertThat(store.files(".seg")).contains("0000000001.0.seg");
        assertThat(store.files(".1.seg")).isNotEmpty();
        assertThat(store.failure).isNull();
    }

    /** A bit is flipped in a file that compaction made, and compaction comes by again: it must not seal what is wrong with a new checksum. */
    @Test
    void leavesAloneACompactedSegmentThatItCanNotRead() throws IOException {
        StoreUnderTest compacted = AgedStore.compacted();
        MemoryDisk disk = compacted.disk.killed();
        String damaged = compacted.files(".1.seg").get(0);
        SegmentId id = requireNonNull(SegmentId.ofFile(damaged));
        String next = new SegmentId(id.segment(), 2).fileName();
        RecordedRecords inFile = read(disk.folder("log"), id);
        List<StoredEntry> before = compacted.entries(1);
        Content kept = inFile.contents().get(0);
        List<StoredEntry> live = before.stream()
                .filter(entry -> entry.position() == inFile.positions().get(0)
                        || Position.segment(entry.position()) != id.segment())
                .toList();
        long[] settled =
                inFile.positions().stream().skip(1).mapToLong(Long::longValue).toArray();
        int written = 0;
        long end = kept.offset() + 2L * kept.length();
        for (long offset = 0; offset < end; offset += offset < kept.offset() ? 5 : 101) {
            StoreUnderTest store = StoreUnderTest.unwatched(disk.killed(), SMALL);
            store.logFolder().flipBit(damaged, offset, (int) (offset % 8));
            store.settle(1, settled);
            letPass(store);
            assertThat(store.failure).isNull();
            boolean matters = offset < kept.offset() + kept.length();
            assertThat(store.files(".seg").contains(damaged))
                    .as("%s is left alone, bit flipped at %d", damaged, offset)
                    .isEqualTo(matters);
            assertThat(store.files(".seg").contains(next)).isNotEqualTo(matters);
            if (!matters) {
                requireSame(store, live);
                written++;
            }
        }
        assertThat(written).isPositive();
    }

    private static RecordedRecords read(MemoryDisk folder, SegmentId id) throws IOException {
        RecordedRecords records = new RecordedRecords();
        SegmentFile file = requireNonNull(Segments.in(folder).acquire(id));
        try {
            LogScan.readAll(file, true, records);
        } finally {
            file.release();
        }
        return records;
    }

    @Test
    void losesNothingWhenThePowerGoesOff() {
        long operations = CrashAtEveryWrite.run(2, Compacting::new);
        assertThat(operations).isGreaterThan(100);
    }

    /** Every fifth message of three queues, which share it, stays. */
    private static final class Compacting implements CrashAtEveryWrite.Scenario {

        private static final int MESSAGES = 60;
        private int durable;
        private boolean settled;

        @Override
        public void run(MemoryDisk disk) throws IOException {
            StoreUnderTest store = StoreUnderTest.unwatched(disk, SMALL);
            for (long queueId = 1; queueId <= 3; queueId++) {
                store.addQueue(queueId);
            }
            for (int i = 0; i < MESSAGES; i++) {
                store.publish(i, 500, 1, 2, 3);
                store.background.runAll();
                durable = (int) Math.max(0, store.store.durableBatch() - 3);
            }
            List<StoredEntry> entries = store.entries(1);
            for (StoredEntry entry : entries) {
                int number = PlainStore.Message.numberOf(entry);
                if (number % 5 != 0) {
                    store.batch.settle(1, entry.position());
                    store.batch.settle(2, entry.position());
                }
                store.batch.settle(3, entry.position());
            }
            store.append();
            store.background.runAll();
            settled = store.store.durableBatch() == store.store.appendedBatch() && store.failure == null;
            for (int i = 0; i < 6; i++) {
                store.background.pass(1000);
            }
            store.requireNoFailure();
            if (!disk.faults().powerIsOff()) {
                assertThat(store.files(".1.seg")).isNotEmpty();
            }
        }

        @Override
        public void check(MemoryDisk left) throws IOException {
            StoreUnderTest store = StoreUnderTest.unwatched(left, SMALL);
            if (durable == 0 && !store.store.queues().containsKey(3L)) {
                return;
            }
            checkNumbers(store);
            for (int i = 0; i < 6; i++) {
                store.background.pass(1000);
            }
            checkNumbers(store);
            checkNumbers(StoreUnderTest.unwatched(store.disk.onlyForced(), SMALL));
        }

        private void checkNumbers(StoreUnderTest store) throws IOException {
            for (long queueId = 1; queueId <= 2; queueId++) {
                List<Integer> numbers = store.numbers(queueId);
                List<Integer> kept = IntStream.range(0, MESSAGES)
                        .filter(i -> i % 5 == 0)
                        .boxed()
                        .toList();
                if (settled || numbers.equals(kept)) {
                    assertThat(numbers).isEqualTo(kept);
                } else {
                    assertThat(numbers)
                            .isEqualTo(
                                    IntStream.range(0, numbers.size()).boxed().toList())
                            .hasSizeGreaterThanOrEqualTo(durable);
                }
            }
        }
    }

    private static void requireSame(StoreUnderTest store, List<StoredEntry> expected) throws IOException {
        assertThat(store.entries(1).stream().map(CompactionTest::text))
                .containsExactlyElementsOf(
                        expected.stream().map(CompactionTest::text).toList());
    }

    private static String text(StoredEntry entry) {
        return entry.position() + " " + PlainStore.Message.numberOf(entry) + " " + entry.body().length;
    }

    private static long logBytes(StoreUnderTest store) throws IOException {
        long bytes = 0;
        for (String name : store.files(".seg")) {
            try (var file = store.logFolder().open(name)) {
                bytes += file.size();
            }
        }
        return bytes;
    }
}
