package io.leveret.persistence.store;

import static io.leveret.persistence.store.AgedStore.checkpoints;
import static io.leveret.persistence.store.AgedStore.indexes;
import static io.leveret.persistence.store.AgedStore.segments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.FormatVersionException;
import io.leveret.persistence.Position;
import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.DiskFile;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.index.PackedOutput;
import io.leveret.persistence.index.SegmentIndex;
import io.leveret.persistence.index.Table;
import io.leveret.persistence.index.TableWriter;
import io.leveret.persistence.inspect.CatalogRepair;
import io.leveret.persistence.inspect.StoreReport;
import io.leveret.persistence.inspect.StoreSalvage;
import io.leveret.persistence.inspect.StoreVerify;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.log.SyncMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A store in which another version of Leveret has written: what only that one can read is refused by name and left as it is, and what can
 * be made again from what is known is.
 */
@ExtendWith(CrashVerdict.class)
class FormatVersionTest {

    private static final CatalogRepair AS_FOUND =
            (catalog, live) -> new CatalogRepair.Repaired(catalog, new TreeSet<>(live.keySet()), Set.of(), List.of());

    /** No table of a store has more. */
    private static final int KINDS = 8;

    /** Segments of 4 KB, and no checkpoint but those that are asked for. */
    private static final StoreSettings RARE =
            new StoreSettings(new LogSettings(SyncMode.FSYNC, 4096, 60, 0, 0), 1 << 30, 1 << 30);

    private final StoreHistory history = new StoreHistory(new Random(3), 60);

    @Test
    void refusesACheckpointOfAnotherVersionThoughTheOneBeforeCanBeRead() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        String newest = checkpoints(disk).get(1);
        rewriteTable(disk, newest, 2);

        requireRefusedAndLeft(disk, newest + ": format version: 2 (expected: 1, ");
    }

    @Test
    void refusesACheckpointOfAnotherVersionWhenTheNewestIsBroken() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        rewriteTable(disk, checkpoints(disk).get(0), 0);
        disk.flipBit(checkpoints(disk).get(1), 4000, 2);

        requireRefusedAndLeft(disk, checkpoints(disk).get(0) + ": format version: 0 (expected: 1, ");
    }

    @Test
    void refusesASegmentOfAnotherVersion() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        List<String> all = segments(disk.folder("log"));
        String last = all.get(all.size() - 1);
        setVersion(disk.folder("log"), last, 3);

        requireRefusedAndLeft(disk, last + ": format version: 3 (expected: 2, ");
    }

    /** What a bad frame hides is not looked into otherwise, and would be cut as if it had never been forced. */
    @Test
    void refusesASegmentOfAnotherVersionBehindABadFrame() throws IOException {
        MemoryDisk disk = withoutCheckpoints();
        MemoryDisk log = disk.folder("log");
        List<String> all = segments(log);
        String last = all.get(all.size() - 1);
        String before = all.get(all.size() - 2);
        setVersion(log, last, 3);
        // Its frames may be of a form of which nobody here knows anything.
        try (DiskFile file = log.open(last)) {
            byte[] unknown = new byte[(int) file.size() - 64];
            Arrays.fill(unknown, (byte) 0x5A);
            file.write(64, ByteBuffer.wrap(unknown));
        }
        try (DiskFile file = log.open(before)) {
            log.flipBit(before, file.size() - 10, 1);
        }

        requireRefusedAndLeft(disk, last + ": format version: 3 (expected: 2, ");
    }

    /** A purge that is replayed asks what stands in an older segment. */
    @Test
    void refusesAnOlderSegmentOfAnotherVersionWhenItIsAsked() throws IOException {
        StoreUnderTest store = new StoreUnderTest(new MemoryDisk(), RARE);
        store.addQueue(1);
        long middle = 0;
        for (int i = 0; i < 30; i++) {
            middle = i == 5 ? store.publish(i, 1000, 1) : middle;
            store.publish(i, 1000, 1);
            store.background.runAll();
        }
        store.checkpoint();
        store.batch.purge(1, middle, new long[0]);
        store.append();
        store.background.runAll();
        MemoryDisk disk = store.disk.killed();
        MemoryDisk log = disk.folder("log");
        String asked = new SegmentId(Position.segment(middle), 0).fileName();
        setVersion(log, asked, 3);

        requireRefused(asked + ": format version: 3 ", () -> StoreVerify.verify(disk));
    }

    private static MemoryDisk withoutCheckpoints() throws IOException {
        StoreUnderTest store = new StoreUnderTest(new MemoryDisk(), RARE);
        store.addQueue(1);
        for (int i = 0; i < 30; i++) {
            store.publish(i, 1000, 1);
            store.background.runAll();
        }
        return store.disk.killed();
    }

    /** As after an update that reads what the version before wrote. */
    @Test
    void doesNotNeedTheCheckpointBefore() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        String older = checkpoints(disk).get(0);
        rewriteTable(disk, older, 7);

        StoreReport report = StoreVerify.verify(disk);
        assertThat(report.damages()).isEmpty();
        assertThat(report.notes()).singleElement().asString().startsWith(older + ": format version: 7 (expected: 1, ");
        compareAll(new StoreUnderTest(disk));
    }

    @Test
    void makesAnIndexOfAnotherVersionAgain() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        MemoryDisk folder = disk.folder("log");
        List<String> indexes = indexes(folder);
        for (String index : indexes) {
            rewriteTable(folder, index, 2);
            SegmentId id = idOf(index);
            assertThatThrownBy(() -> SegmentIndex.open(folder, id.segment(), id.generation()))
                    .isInstanceOf(FormatVersionException.class)
                    .hasMessageStartingWith(index + ": format version: 2 (expected: 1, ");
        }
        StoreReport report = StoreVerify.verify(disk);
        assertThat(report.damages()).isEmpty();
        assertThat(report.notes())
                .hasSameSizeAs(indexes)
                .allMatch(note -> note.endsWith("; it is made again when it is needed"));

        compareAll(new StoreUnderTest(disk));

        // Those that nobody needs any more are left as they are.
        assertThat(indexes(folder)).anyMatch(index -> isOurs(folder, index));
    }

    private static boolean isOurs(Disk folder, String index) {
        SegmentId id = idOf(index);
        try (SegmentIndex opened = SegmentIndex.open(folder, id.segment(), id.generation())) {
            return opened.segment() == id.segment();
        } catch (IOException e) {
            return false;
        }
    }

    /** By a start, by verify and by a salvage. */
    private static void requireRefusedAndLeft(MemoryDisk disk, String problem) throws IOException {
        // So that it shows if a start clears up before it knows what it has.
        disk.create("left.tmp").close();
        disk.folder("log").create("left.tmp").close();
        MemoryDisk refused = disk.killed();

        requireRefused(problem, () -> new StoreUnderTest(refused));
        requireRefused(problem, () -> StoreVerify.verify(refused));
        requireRefused(problem, () -> StoreSalvage.salvage(refused, new MemoryDisk(), AS_FOUND));
        assertThat(refused.faults().operations()).as("changes of the store").isZero();
        assertThat(refused.openFiles()).isZero();
    }

    private static void requireRefused(String problem, ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(FormatVersionException.class).hasMessageStartingWith(problem);
    }

    /** The same table but for the number with which its header begins. */
    private static void rewriteTable(Disk disk, String name, int version) throws IOException {
        try (Table table = Table.open(disk, name);
                TableWriter other = TableWriter.create(disk, name)) {
            for (int kind = 0; kind < KINDS; kind++) {
                int copied = kind;
                table.forEach(kind, (a, b, in) -> {
                    byte[] bytes = in.rest();
                    if (copied == 0) {
                        bytes[0] = (byte) version;
                    }
                    PackedOutput value = new PackedOutput();
                    value.raw(bytes, 0, bytes.length);
                    other.put(copied, a, b, value);
                    return true;
                });
            }
            other.finish();
        }
    }

    private static void setVersion(Disk log, String segment, int version) throws IOException {
        try (DiskFile file = log.open(segment)) {
            ByteBuffer header = ByteBuffer.allocate(64);
            file.read(0, header);
            CRC32C crc = new CRC32C();
            crc.update(header.putInt(4, version).array(), 0, 60);
            file.write(0, header.putInt(60, (int) crc.getValue()).rewind());
        }
    }

    private static SegmentId idOf(String index) {
        return Objects.requireNonNull(Indexes.segmentOf(index));
    }

    private void compareAll(StoreUnderTest store) throws IOException {
        new StoreComparison(store.store, history.now(), new Random(1), "with another version's file").compareAll();
    }
}
