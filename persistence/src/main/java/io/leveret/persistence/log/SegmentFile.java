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
 * One segment's file, open while somebody holds it, so that a long log takes no more open files than a short one: whoever got it from
 * {@link Segments} must {@link #release} it. Any thread may read; only the log's flusher writes.
 */
public final class SegmentFile {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentFile.class);

    private final Disk disk;
    private final SegmentId id;

    /** Guarded by this; null while nobody holds it. */
    private @Nullable DiskFile file;

    /** Guarded by this. */
    private int holders;

    /** Guarded by this. Who holds it then may go on, and it is closed for good behind the last one. */
    private boolean removed;

    SegmentFile(Disk disk, SegmentId id) {
        this.disk = disk;
        this.id = id;
    }

    /** A file that was just made, with its first holder. */
    static SegmentFile made(Disk disk, SegmentId id, DiskFile file) {
        SegmentFile made = new SegmentFile(disk, id);
        made.file = file;
        made.holders = 1;
        return made;
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
        if (file == null) {
            throw new IOException(id.fileName() + ": closed");
        }
        return file;
    }

    /**
     * One more holder, who may then read it even if its name is deleted; the first one opens it.
     *
     * @return false if it is removed
     */
    synchronized boolean retain() throws IOException {
        if (removed) {
            return false;
        }
        if (file == null) {
            file = disk.open(id.fileName());
        }
        holders++;
        return true;
    }

    /** Ends one hold; the last one closes the file. */
    public synchronized void release() {
        if (holders == 0) {
            throw new IllegalStateException(id.fileName() + ": released more often than held");
        }
        if (--holders == 0) {
            close();
        }
    }

    /** Nobody gets it any more. */
    synchronized void remove() {
        removed = true;
        if (holders == 0) {
            close();
        }
    }

    /** The caller has the monitor. */
    private void close() {
        DiskFile open = file;
        file = null;
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (IOException e) {
            // Nothing depends on it: what must be on the disk was forced.
            LOG.warn("Closing a segment failed file={}", id.fileName(), e);
        }
    }
}
