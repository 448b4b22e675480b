package io.leveret.persistence.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file. What is written is certain only after {@link #force}. Reads may run beside each other and beside one writer. A file
 * that is closed by one thread fails the others' reads with an {@link IOException}.
 */
public interface DiskFile extends Closeable {

    String name();

    long size() throws IOException;

    /**
     * Writes all that remains in {@code bytes} at an offset; the file grows as it must.
     *
     * @throws DiskFullException if there is no room; what was written of it, if anything, may be written over
     */
    void write(long offset, ByteBuffer bytes) throws IOException;

    /**
     * Fills {@code bytes} from an offset.
     *
     * @throws java.io.EOFException if the file ends before
     */
    void read(long offset, ByteBuffer bytes) throws IOException;

    /** Makes certain all that was written before the call. */
    void force() throws IOException;

    void truncate(long size) throws IOException;
}
