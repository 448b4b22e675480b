package io.leveret.persistence.index;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mapdb.DBException;
import org.mapdb.Serializer;
import org.mapdb.SortedTableMap;

/**
 * A finished table, open for reading by any number of threads at once: what MapDB keeps of it never changes. Opening reads the whole
 * file once and checks it; each page is checked again whenever it is read. Closing fails the reads that are under way.
 */
public final class Table implements Closeable {

    private final String name;
    private final TableVolume volume;
    private final SortedTableMap<byte[], byte[]> map;

    /** Takes the values of a range in the order of their keys. */
    public interface Visitor {

        /** @return whether to go on */
        boolean visit(long a, long b, PackedInput value) throws IOException;
    }

    private Table(String name, TableVolume volume, SortedTableMap<byte[], byte[]> map) {
        this.name = name;
        this.volume = volume;
        this.map = map;
    }

    /**
     * Opens and checks a table.
     *
     * @throws TableCorruptException if any of its bytes is not what was written
     * @throws io.leveret.persistence.FormatVersionException if they are, but another version wrote them
     * @throws java.nio.file.NoSuchFileException if there is none of that name
     */
    public static Table open(Disk disk, String name) throws IOException {
        DiskFile file = disk.open(name);
        try {
            TableVolume volume = TableVolume.open(file);
            return new Table(name, volume, read(name, () -> openMap(volume)));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    public String name() {
        return name;
    }

    /** How many bytes its pages take. */
    public long bytes() {
        return volume.length();
    }

    /** The value of one key, or null. */
    public @Nullable PackedInput get(int kind, long a, long b) throws IOException {
        PackedInput[] found = new PackedInput[1];
        forEach(kind, a, b, a, b, (x, y, value) -> {
            found[0] = value;
            return false;
        });
        return found[0];
    }

    /** Visits all values of a kind. */
    public void forEach(int kind, Visitor visitor) throws IOException {
        forEach(kind, 0, 0, -1, -1, visitor);
    }

    /** Visits the values of a kind whose keys are from {@code (fromA, fromB)} to and with {@code (toA, toB)}, all unsigned. */
    public void forEach(int kind, long fromA, long fromB, long toA, long toB, Visitor visitor) throws IOException {
        byte[] from = TableKey.of(kind, fromA, fromB, 0);
        byte[] to = TableKey.of(kind, toA, toB, TableKey.MAX_PART);
        Parts parts = new Parts(read(name, () -> map.entryIterator(from, true, to, true)));
        while (parts.hasNext()) {
            byte[] key = parts.key();
            PackedInput value = read(name, parts::joined);
            if (!visit(visitor, key, value)) {
                return;
            }
        }
    }

    /** Waits for nobody: reads of other threads fail. */
    @Override
    public void close() throws IOException {
        try {
            volume.close();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private boolean visit(Visitor visitor, byte[] key, PackedInput value) throws IOException {
        try {
            return visitor.visit(TableKey.a(key), TableKey.b(key), value);
        } catch (MalformedValueException e) {
            throw new TableCorruptException(name + ": a value can't be read: " + e.getMessage(), e);
        }
    }

    private static SortedTableMap<byte[], byte[]> openMap(TableVolume volume) {
        return SortedTableMap.open(volume, Serializer.BYTE_ARRAY, Serializer.BYTE_ARRAY);
    }

    private interface Read<T> {
        T run();
    }

    /** MapDB has its own unchecked exceptions, and wraps none of ours. */
    private static <T> T read(String name, Read<T> read) throws IOException {
        try {
            return read.run();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (DBException | IndexOutOfBoundsException e) {
            throw new TableCorruptException(name + ": MapDB can't read it: " + e.getMessage(), e);
        }
    }

    /** Puts the parts of values together again. */
    private static final class Parts {

        private final Iterator<Map.Entry<byte[], byte[]>> entries;
        private Map.@Nullable Entry<byte[], byte[]> next;

        Parts(Iterator<Map.Entry<byte[], byte[]>> entries) {
            this.entries = entries;
            this.next = following();
        }

        boolean hasNext() {
            return next != null;
        }

        byte[] key() {
            return first().getKey();
        }

        PackedInput joined() {
            byte[] value = first().getValue();
            next = following();
            if (next == null || TableKey.part(next.getKey()) == 0) {
                return new PackedInput(value);
            }
            PackedOutput whole = new PackedOutput();
            whole.raw(value, 0, value.length);
            while (next != null && TableKey.part(next.getKey()) != 0) {
                byte[] part = next.getValue();
                whole.raw(part, 0, part.length);
                next = following();
            }
            return new PackedInput(whole.toBytes());
        }

        private Map.Entry<byte[], byte[]> first() {
            if (next == null) {
                throw new IllegalStateException("no value more");
            }
            return next;
        }

        private Map.@Nullable Entry<byte[], byte[]> following() {
            return entries.hasNext() ? entries.next() : null;
        }
    }
}
