package io.leveret.persistence.index;

import io.leveret.persistence.FormatVersionException;
import io.leveret.persistence.Position;
import io.leveret.persistence.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Where each queue's entries lie in one generation of a segment, settled or not. Never changes; can be made again from the segment at
 * any time. Read by any number of threads at once; every read may block on the disk.
 */
public final class SegmentIndex implements Closeable {

    private final long segment;
    private final long generation;
    private final Table table;

    private SegmentIndex(long segment, long generation, Table table) {
        this.segment = segment;
        this.generation = generation;
        this.table = table;
    }

    /** The name of the file. */
    public static String fileName(long segment, long generation) {
        return String.format(Locale.ROOT, "%010d.%d.idx", segment, generation);
    }

    /** Writes and forces the index of a segment; replaces one that is there. Blocks. */
    public static void write(Disk disk, SegmentEntries entries, long generation) throws IOException {
        new SegmentIndexWriter(entries).write(disk, fileName(entries.segment(), generation), generation);
    }

    /**
     * Opens an index, reading all of it once to check it.
     *
     * @throws TableCorruptException if it is not what was written, or another segment's; it may be made again then
     * @throws FormatVersionException if another version wrote it; it may be made again then
     * @throws java.nio.file.NoSuchFileException if there is none; it may be made again then
     */
    public static SegmentIndex open(Disk disk, long segment, long generation) throws IOException {
        Table table = Table.open(disk, fileName(segment, generation));
        try {
            PackedInput header = table.get(SegmentIndexWriter.HEADER, segment, generation);
            if (header == null) {
                throw new TableCorruptException(
                        table.name() + ": no index of segment " + segment + ", generation " + generation);
            }
            long format = header.unsigned();
            if (format != SegmentIndexWriter.FORMAT) {
                throw new FormatVersionException(table.name(), format, SegmentIndexWriter.FORMAT);
            }
            return new SegmentIndex(segment, generation, table);
        } catch (IOException | RuntimeException e) {
            table.close();
            throw e;
        }
    }

    public long segment() {
        return segment;
    }

    public long generation() {
        return generation;
    }

    /** How many bytes the file takes, but for its checksums. */
    public long bytes() {
        return table.bytes();
    }

    /** What there is of each queue and level, by queue and then by level. */
    public List<QueueCount> counts() throws IOException {
        return counts(0, -1);
    }

    /** What there is of one queue, by level. */
    public List<QueueCount> counts(long queueId) throws IOException {
        return counts(queueId, queueId);
    }

    /** The entries of a queue, at any level, with one of these ordinals, which grow; by position. */
    public List<SegmentEntry> find(long queueId, int[] ordinals) throws IOException {
        List<SegmentEntry> found = new ArrayList<>();
        for (QueueCount count : counts(queueId)) {
            find(queueId, count.level(), ordinals, found);
        }
        found.sort(Comparator.comparingLong(SegmentEntry::position));
        return found;
    }

    /** Reads each chunk that has any of them once. */
    private void find(long queueId, int level, int[] ordinals, List<SegmentEntry> found) throws IOException {
        long end = SegmentIndexWriter.chunkKey(level, Position.MAX_ORDINAL);
        int[] next = {0};
        int before = -1;
        while (next[0] > before && next[0] < ordinals.length) {
            before = next[0];
            long from = SegmentIndexWriter.chunkKey(level, ordinals[before]);
            table.forEach(SegmentIndexWriter.ENTRIES, queueId, from, queueId, end, (id, last, in) -> {
                EntryChunk chunk = new EntryChunk();
                while (in.hasMore() && next[0] < ordinals.length) {
                    SegmentEntry entry = chunk.read(segment, level, in);
                    next[0] = firstFrom(ordinals, next[0], Position.ordinal(entry.position()));
                    if (next[0] < ordinals.length && ordinals[next[0]] == Position.ordinal(entry.position())) {
                        found.add(entry);
                    }
                }
                next[0] = firstFrom(ordinals, next[0], SegmentIndexWriter.lastOrdinal(last) + 1);
                return false;
            });
        }
    }

    /** Where the first ordinal stands that is not below one. */
    private static int firstFrom(int[] ordinals, int from, int least) {
        int at = from;
        while (at < ordinals.length && ordinals[at] < least) {
            at++;
        }
        return at;
    }

    /** At most {@code limit} entries of a queue and level, from an ordinal on, by position. */
    public List<SegmentEntry> read(long queueId, int level, int fromOrdinal, int limit) throws IOException {
        return read(queueId, level, fromOrdinal, limit, any -> true);
    }

    /** As the other, only of ordinals that are wanted. */
    public List<SegmentEntry> read(long queueId, int level, int fromOrdinal, int limit, IntPredicate wanted)
            throws IOException {
        List<SegmentEntry> found = new ArrayList<>();
        long from = SegmentIndexWriter.chunkKey(level, fromOrdinal);
        long to = SegmentIndexWriter.chunkKey(level, Position.MAX_ORDINAL);
        table.forEach(SegmentIndexWriter.ENTRIES, queueId, from, queueId, to, (id, last, in) -> {
            EntryChunk chunk = new EntryChunk();
            while (in.hasMore() && found.size() < limit) {
                SegmentEntry entry = chunk.read(segment, level, in);
                int ordinal = Position.ordinal(entry.position());
                if (ordinal >= fromOrdinal && wanted.test(ordinal)) {
                    found.add(entry);
                }
            }
            return found.size() < limit;
        });
        return found;
    }

    /** The ordinals above one, growing, of what a queue has here at any level. */
    public int[] ordinalsAbove(long queueId, int ordinal) throws IOException {
        IntStream.Builder found = IntStream.builder();
        for (QueueCount count : counts(queueId)) {
            read(queueId, count.level(), ordinal + 1, Integer.MAX_VALUE)
                    .forEach(entry -> found.add(Position.ordinal(entry.position())));
        }
        return found.build().sorted().toArray();
    }

    /**
     * At most {@code limit} entries that are wanted, with a deadline in a range of milliseconds since 1970, both ends included, the
     * earliest first.
     */
    public List<EntryReference> due(long fromMs, long toMs, int limit, Predicate<EntryReference> wanted)
            throws IOException {
        return SegmentIndexWriter.DEADLINES.read(table, segment, fromMs, toMs, limit, wanted);
    }

    /** At most {@code limit} entries that are wanted with one of these hashes, which grow; by position. */
    public List<EntryReference> withHashes(long[] hashes, int limit, Predicate<EntryReference> wanted)
            throws IOException {
        List<EntryReference> found = SegmentIndexWriter.HASHES.read(table, segment, asUnsigned(hashes), limit, wanted);
        found.sort(Comparator.comparingLong(EntryReference::position));
        return found.size() > limit ? found.subList(0, limit) : found;
    }

    /** Growing numbers, so that they grow without their sign: what is below 0 comes last. */
    private static long[] asUnsigned(long[] growing) {
        int negative = 0;
        while (negative < growing.length && growing[negative] < 0) {
            negative++;
        }
        long[] unsigned = Arrays.copyOfRange(growing, negative, growing.length + negative);
        System.arraycopy(growing, 0, unsigned, growing.length - negative, negative);
        return unsigned;
    }

    /** Shows the entries that have a hash. */
    public void forEachHash(Consumer<EntryReference> sink) throws IOException {
        SegmentIndexWriter.HASHES.read(table, segment, 0, -1, Integer.MAX_VALUE, reference -> {
            sink.accept(reference);
            // Taken, so that none is gathered.
            return false;
        });
    }

    /** Fails the reads that are under way. */
    @Override
    public void close() throws IOException {
        table.close();
    }

    private List<QueueCount> counts(long fromQueue, long toQueue) throws IOException {
        List<QueueCount> counts = new ArrayList<>();
        table.forEach(SegmentIndexWriter.COUNTS, fromQueue, 0, toQueue, -1, (queueId, level, in) -> {
            counts.add(new QueueCount(
                    queueId,
                    (int) level,
                    in.unsignedInt(),
                    in.unsigned(),
                    in.unsigned(),
                    in.unsignedInt(),
                    in.unsignedInt()));
            return true;
        });
        return counts;
    }
}
