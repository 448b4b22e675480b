package io.leveret.bench.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A preallocated file that takes small records and forces each (fdatasync), round and round. Used by one thread; deleted at the end. */
public final class ForcedFile implements AutoCloseable {

    /** Small, since a disk may be slow for a while after much was written at once. */
    private static final int FILE_BYTES = 4 * 1024 * 1024;

    private final Path path;
    private final FileChannel file;
    private final ByteBuffer record;
    private long at;

    private ForcedFile(Path path, FileChannel file, int recordBytes) {
        this.path = path;
        this.file = file;
        this.record = ByteBuffer.allocateDirect(recordBytes);
    }

    /** Filled with zeros and forced, so that a record changes neither the file's length nor where it lies. */
    public static ForcedFile create(Path folder, int recordBytes) throws IOException {
        Path path = Files.createTempFile(folder, "disk-", ".probe");
        ForcedFile forced = new ForcedFile(path, FileChannel.open(path, StandardOpenOption.WRITE), recordBytes);
        forced.write(ByteBuffer.allocateDirect(FILE_BYTES));
        forced.file.force(true);
        forced.at = 0;
        return forced;
    }

    /** Writes and forces the next record; how long that took. */
    public long append() throws IOException {
        long began = System.nanoTime();
        write(record.clear().putLong(began).rewind());
        file.force(false);
        long took = System.nanoTime() - began;
        if (at + record.capacity() > FILE_BYTES) {
            at = 0;
        }
        return took;
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.delete(path);
    }
}
