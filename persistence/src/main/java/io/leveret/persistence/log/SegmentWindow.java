package io.leveret.persistence.log;

import io.leveret.persistence.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** A part of a file in memory, which moves on as the file is read from front to back. It belongs to one reader. */
final class SegmentWindow {

    private static final int WINDOW_BYTES = 64 << 10;

    private final DiskFile file;
    private final long limit;
    private byte[] bytes = new byte[WINDOW_BYTES];
    private long start;
    private int length;

    /** @param limit how far the file may be read */
    SegmentWindow(DiskFile file, long limit) {
        this.file = file;
        this.limit = limit;
    }

    long limit() {
        return limit;
    }

    /** The array in which {@link #at} says where bytes are; valid until the window moves. */
    byte[] bytes() {
        return bytes;
    }

    /** Moves so that the window has so many bytes from an offset on, which must be below the limit, and says where. */
    int at(long offset, int wanted) throws IOException {
        if (offset < start || offset + wanted > start + length) {
            move(offset, wanted);
        }
        return (int) (offset - start);
    }

    private void move(long offset, int wanted) throws IOException {
        if (wanted > bytes.length) {
            bytes = new byte[wanted];
        }
        // Until it is read, there is nothing in it.
        length = 0;
        int size = (int) Math.min(bytes.length, limit - offset);
        file.read(offset, ByteBuffer.wrap(bytes, 0, size));
        start = offset;
        length = size;
    }

    /** Takes so many bytes from an offset on into a checksum. */
    void checksum(long offset, long count, CRC32C crc) throws IOException {
        long at = offset;
        long end = offset + count;
        while (at < end) {
            int index = at(at, 1);
            int part = (int) Math.min(end - at, length - index);
            crc.update(bytes, index, part);
            at += part;
        }
    }

    /** Where the first byte stands, from an offset on, that is not zero; the limit if there is none. */
    long skipZeros(long offset) throws IOException {
        long at = offset;
        while (at < limit) {
            int index = at(at, 1);
            int end = length;
            while (index < end && bytes[index] == 0) {
                index++;
            }
            at = start + index;
            if (index < end) {
                return at;
            }
        }
        return limit;
    }
}
