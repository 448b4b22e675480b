package io.leveret.persistence.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.PlainMemoryDisk;
import io.leveret.persistence.Position;
import io.leveret.persistence.record.Content;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class SegmentIndexTest {

    private static final long SEGMENT = 42;
    private static final long[] QUEUES = {1, 2, 7, 1L << 40};

    private final PlainMemoryDisk disk = new PlainMemoryDisk();
    private final SegmentEntries entries = new SegmentEntries(SEGMENT);
    private final List<Row> model = new ArrayList<>();

    private record Row(long queueId, SegmentEntry entry, int sharers) {}

    /** The index and a plain list must agree; a failure prints the seed that repeats it. */
    @RepeatedTest(30)
    void agreesWithAPlainList(RepetitionInfo repetition) throws IOException {
        int seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        gather(random, random.nextInt(3000), random.nextBoolean(), random.nextInt(1, 4));
        SegmentIndex.write(disk, entries, 3);

        try (SegmentIndex index = SegmentIndex.open(disk, SEGMENT, 3)) {
            for (int i = 0; i < 20; i++) {
                assertReads(seed, index, random);
                assertFinds(seed, index, random);
            }
            assertCounts(seed, index);
            assertReferences(seed, index, random);
        }
    }

    @Test
    void codesASmallMessageInTwelveBytes() throws IOException {
        for (int ordinal = 0; ordinal < 100_000; ordinal++) {
            entries.publish(ordinal, new Content(100 + ordinal * 1100L, 60, 1024, ordinal * 31_337));
            entries.target(5, 0, 0, 0);
        }
        SegmentIndex.write(disk, entries, 0);
        assertThat(disk.bytes(SegmentIndex.fileName(SEGMENT, 0))).hasSizeLessThan(1_300_000);
    }

    @Test
    void refusesAnotherSegmentsIndex() throws IOException {
        gather(new Random(1), 10, false, 1);
        SegmentIndex.write(disk, entries, 0);
        disk.rename(SegmentIndex.fileName(SEGMENT, 0), SegmentIndex.fileName(43, 0));
        assertThatThrownBy(() -> SegmentIndex.open(disk, 43, 0))
                .isInstanceOf(TableCorruptException.class)
                .hasMessageContaining("0000000043.0.idx");
    }

    @Test
    void refusesAnOrdinalThatDoesNotGrow() {
        entries.publish(5, new Content(1, 1, 1, 1));
        assertThatThrownBy(() -> entries.publish(5, new Content(2, 1, 1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ordinal 5 after 5");
    }

    private void assertReads(int seed, SegmentIndex index, Random random) throws IOException {
        long queueId = QUEUES[random.nextInt(QUEUES.length)];
        int level = random.nextInt(3) * 100;
        int from = random.nextInt(4000);
        int limit = random.nextInt(1, 2000);
        assertThat(index.read(queueId, level, from, limit))
                .as("seed %d: queue %d level %d from %d limit %d", seed, queueId, level, from, limit)
                .containsExactlyElementsOf(rows(row -> row.queueId == queueId
                                && row.entry.level() == level
                                && Position.ordinal(row.entry.position()) >= from)
                        .stream()
                        .limit(limit)
                        .map(Row::entry)
                        .toList());
        int[] above = rows(row -> row.queueId == queueId && Position.ordinal(row.entry.position()) > from).stream()
                .mapToInt(row -> Position.ordinal(row.entry.position()))
                .toArray();
        assertThat(index.ordinalsAbove(queueId, from)).as("seed %d", seed).isEqualTo(above);
        assertThat(entries.ordinalsAbove(queueId, from)).as("seed %d", seed).isEqualTo(above);
    }

    private void assertFinds(int seed, SegmentIndex index, Random random) throws IOException {
        long queueId = QUEUES[random.nextInt(QUEUES.length)];
        int maxGap = random.nextInt(1, 2000);
        int[] ordinals = IntStream.iterate(
                        random.nextInt(maxGap), at -> at < 10_000, at -> at + random.nextInt(1, maxGap + 1))
                .toArray();
        List<SegmentEntry> wanted = rows(row -> row.queueId == queueId
                        && Arrays.binarySearch(ordinals, Position.ordinal(row.entry.position())) >= 0)
                .stream()
                .map(Row::entry)
                .toList();
        assertThat(index.find(queueId, ordinals)).as("seed %d", seed).containsExactlyElementsOf(wanted);
        assertThat(entries.find(queueId, ordinals)).as("seed %d", seed).containsExactlyElementsOf(wanted);
    }

    private void assertCounts(int seed, SegmentIndex index) throws IOException {
        List<QueueCount> counts = index.counts();
        assertThat(counts.stream().mapToInt(QueueCount::entries).sum()).isEqualTo(model.size());
        for (QueueCount count : counts) {
            List<Row> rows = rows(row -> row.queueId == count.queueId() && row.entry.level() == count.level());
            assertThat(count)
                    .as("seed %d", seed)
                    .isEqualTo(new QueueCount(
                            count.queueId(),
                            count.level(),
                            rows.size(),
                            rows.stream()
                                    .mapToLong(row -> row.entry.content().length())
                                    .sum(),
                            rows.stream()
                                    .mapToLong(row -> row.entry.content().length() / row.sharers)
                                    .sum(),
                            Position.ordinal(rows.get(0).entry.position()),
                            Position.ordinal(rows.get(rows.size() - 1).entry.position())));
        }
    }

    private void assertReferences(int seed, SegmentIndex index, Random random) throws IOException {
        long from = random.nextLong(1_000_000);
        long to = from + random.nextLong(1_000_000);
        List<EntryReference> due = rows(row ->
                        row.entry.deadlineMs() != 0 && row.entry.deadlineMs() >= from && row.entry.deadlineMs() <= to)
                .stream()
                .sorted(Comparator.comparingLong(row -> row.entry.deadlineMs()))
                .map(row -> reference(row, row.entry.deadlineMs()))
                .toList();
        assertThat(index.due(from, to, Integer.MAX_VALUE, each -> true))
                .as("seed %d", seed)
                .isEqualTo(due);
        assertThat(index.due(from, to, 5, each -> true))
                .isEqualTo(due.stream().limit(5).toList());
        assertThat(index.due(from, to, 5, each -> each.position() % 2 == 0))
                .isEqualTo(due.stream()
                        .filter(each -> each.position() % 2 == 0)
                        .limit(5)
                        .toList());
        for (long hash : new long[] {-1, 3, -7, 99}) {
            assertThat(index.withHashes(new long[] {hash}, Integer.MAX_VALUE, each -> true))
                    .as("seed %d: hash %d", seed, hash)
                    .isEqualTo(rows(row -> row.entry.hash() == hash).stream()
                            .map(row -> reference(row, hash))
                            .toList());
        }
        assertFindsHashes(seed, index, -7, 3, 99);
        assertFindsHashes(seed, index, -100, -7, -1, 1, 3);
    }

    private void assertFindsHashes(int seed, SegmentIndex index, long... hashes) throws IOException {
        List<EntryReference> all = rows(row -> Arrays.binarySearch(hashes, row.entry.hash()) >= 0).stream()
                .map(row -> reference(row, row.entry.hash()))
                .toList();
        assertThat(index.withHashes(hashes, Integer.MAX_VALUE, each -> true))
                .as("seed %d", seed)
                .isSortedAccordingTo(Comparator.comparingLong(EntryReference::position))
                .containsExactlyInAnyOrderElementsOf(all);
        assertThat(index.withHashes(hashes, 5, each -> true))
                .as("seed %d", seed)
                .extracting(EntryReference::position)
                .isEqualTo(all.stream().map(EntryReference::position).limit(5).toList());
    }

    private static EntryReference reference(Row row, long key) {
        return new EntryReference(key, row.queueId, row.entry.level(), row.entry.position());
    }

    private List<Row> rows(Predicate<Row> wanted) {
        return model.stream().filter(wanted).toList();
    }

    private void gather(Random random, int publishes, boolean plain, int maxGap) {
        int ordinal = -1;
        long offset = 64;
        for (int i = 0; i < publishes; i++) {
            ordinal += random.nextInt(1, maxGap + 1);
            Content content = new Content(offset, random.nextInt(300), random.nextInt(200_000), random.nextInt());
            offset += content.length() + random.nextInt(3) * 100;
            entries.publish(ordinal, content);
            int first = random.nextInt(QUEUES.length);
            int sharers = plain ? 1 : random.nextInt(1, QUEUES.length - first + 1);
            for (int queue = first; queue < first + sharers; queue++) {
                target(random, plain, Position.of(SEGMENT, ordinal), content, QUEUES[queue], sharers);
            }
        }
    }

    private void target(Random random, boolean plain, long position, Content content, long queueId, int sharers) {
        long deadline = plain || random.nextBoolean() ? 0 : random.nextLong(2_000_000);
        long[] hashes = {0, -1, 3, -7};
        SegmentEntry entry = new SegmentEntry(
                position,
                content,
                deadline,
                plain ? 0 : random.nextInt(3) * 100,
                plain ? 0 : hashes[random.nextInt(4)]);
        entries.target(queueId, entry.deadlineMs(), entry.level(), entry.hash());
        model.add(new Row(queueId, entry, sharers));
    }
}
