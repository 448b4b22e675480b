package io.leveret.persistence.log;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.DiskFile;
import io.leveret.persistence.record.Content;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One segment's file, open for as long as somebody holds it: whoever got it from {@link Segments} must {@link #release} it. Any thread
 * may read; only the log's flusher writes. It opens itself when it is first read.
 */
public final class SegmentFile {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentFile.class);

    private final Disk disk;
    private final SegmentId id;

    /** Guarded by this. */
    private @Nullable DiskFile file;

    /** Guarded by this; at 0 the file is closed for good. */
    private int holders = 1;

    SegmentFile(Disk disk, SegmentId id, @Nullable DiskFile file) {
        this.disk = disk;
        this.id = id;
        this.file = file;
    }

    public SegmentId id() {
        return id;
    }

    /** How long the file is, with what is preallocated. */
    public long size() throws IOException {
        return file().size();
    }

    /**
     * Reads a message: its head and, behind it, its body.
     *
     * @throws StoreCorruptException if these are not the bytes that were written
     */
    public byte[] read(Content content) throws IOException {
        byte[] bytes = read(content.offset(), content.length());
        check(content, bytes, 0);
        return bytes;
    }

    /**
     * Reads what may be several messages, which must each be checked then.
     *
     * @throws StoreCorruptException if the file is not so long
     */
    public byte[] read(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        try {
            file().read(offset, ByteBuffer.wrap(bytes));
        } catch (EOFException e) {
            throw new StoreCorruptException(id.fileName(), offset, "the file ends within a message", e);
        }
        return bytes;
    }

    /**
     * Checks a message that was read.
     *
     * @param at where in the bytes it begins
     * @throws StoreCorruptException if these are not the bytes that were written
     */
    public void check(Content content, byte[] bytes, int at) throws StoreCorruptException {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, content.length());
        if ((int) crc.getValue() != content.crc32c()) {
            throw new StoreCorruptException(id.fileName(), content.offset(), "message's checksum is wrong");
        }
    }

    synchronized DiskFile file() throws IOException {
        if (holders == 0) {
            throw new IOException(id.fileName() + ": closed");
        }
        DiskFile open = file;
        if (open == null) {
            open = disk.open(id.fileName());
            file = open;
        }
        return open;
    }

    /** One more holder; false if the file is closed already. */
    synchronized boolean retain() {
        if (holders == 0) {
            return false;
        }
        holders++;
        return true;
    }

    /** Ends one hold; the last one closes the file. */
    public synchronized void release() {
        if (holders == 0) {
            throw new IllegalStateException(id.fileName() + ": released more often than held");
        }
        if (--holders > 0 || file == null) {
            return;
        }
        try {
            file.close();
        } catch (IOException e) {
            // Nothing depends on it: what must be on the disk was forced.
            LOG.warn("Closing a segment failed file={}", id.fileName(), e);
        }
    }
}
