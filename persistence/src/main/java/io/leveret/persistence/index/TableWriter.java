package io.leveret.persistence.index;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.mapdb.DBException;
import org.mapdb.Serializer;
import org.mapdb.SortedTableMap;

/**
 * Writes a sorted table, key after key, into a file beside its place; owned by one thread. The table is there, whole and forced, when
 * {@link #finish} has returned, and not at all before. Holds a page in memory, never the table.
 */
public final class TableWriter implements Closeable {

    /** What is longer is cut in parts; several parts fill a page without much loss. */
    static final int MAX_PART_BYTES = 4000;

    private static final String UNFINISHED = ".tmp";

    private final Disk disk;
    private final String name;
    private final TableVolume volume;
    private final SortedTableMap.Sink<byte[], byte[]> sink;
    private boolean finished;

    private TableWriter(Disk disk, String name, DiskFile file) {
        this.disk = disk;
        this.name = name;
        this.volume = TableVolume.create(file);
        // A node of MapDB's must fit into a page, whatever the values' sizes: so one value is a node.
        this.sink = SortedTableMap.create(volume, Serializer.BYTE_ARRAY, Serializer.BYTE_ARRAY)
                .pageSize(TableVolume.PAGE_BYTES)
                .nodeSize(1)
                .createFromSink();
    }

    /** Begins a table; what an earlier attempt left is deleted. A table of that name stays until {@link #finish}. */
    public static TableWriter create(Disk disk, String name) throws IOException {
        String unfinished = name + UNFINISHED;
        if (disk.exists(unfinished)) {
            disk.delete(unfinished);
        }
        return new TableWriter(disk, name, disk.create(unfinished));
    }

    /** Whether a file is a table that was never finished, to be deleted. */
    public static boolean isUnfinished(String fileName) {
        return fileName.endsWith(UNFINISHED);
    }

    /**
     * Adds a value of any size up to 262 MB. Keys grow by kind (0 to 255), then {@code a}, then {@code b}, both taken as unsigned.
     *
     * @throws IllegalArgumentException if the key is not above the one before, or the value is too long
     * @throws IOException if the disk fails; only {@link #close} is of use then
     */
    public void put(int kind, long a, long b, PackedOutput value) throws IOException {
        int parts = Math.max(1, (value.size() + MAX_PART_BYTES - 1) / MAX_PART_BYTES);
        if (parts > TableKey.MAX_PART) {
            throw new IllegalArgumentException(name + ": a value of " + value.size() + " bytes (expected: at most "
                    + TableKey.MAX_PART * MAX_PART_BYTES + ")");
        }
        try {
            for (int part = 0; part < parts; part++) {
                int from = part * MAX_PART_BYTES;
                byte[] bytes = value.slice(from, Math.min(value.size(), from + MAX_PART_BYTES));
                sink.put(TableKey.of(kind, a, b, part), bytes);
            }
        } catch (DBException.NotSorted e) {
            throw new IllegalArgumentException(
                    name + ": key " + kind + "/" + a + "/" + b + " is not above the key before", e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Forces the table, gives it its name, replacing what had it, and forces the folder.
     *
     * @throws IllegalStateException if there is no key
     */
    public void finish() throws IOException {
        try {
            sink.create();
            volume.close();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        disk.rename(name + UNFINISHED, name);
        finished = true;
        disk.forceFolder();
    }

    /** Gives up a table that was not finished. */
    @Override
    public void close() throws IOException {
        if (finished) {
            return;
        }
        finished = true;
        try {
            volume.close();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        disk.delete(name + UNFINISHED);
    }
}
