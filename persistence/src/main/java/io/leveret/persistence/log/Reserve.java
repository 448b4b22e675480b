package io.leveret.persistence.log;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.DiskFile;
import io.leveret.persistence.disk.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file of zeros that is there to be deleted: the room that it leaves lets settles, a checkpoint and a compaction through when the disk
 * is full. It belongs to the flusher.
 */
final class Reserve {

    static final String FILE_NAME = "reserve";

    private static final int PIECE_BYTES = 64 << 10;

    /** With less room than this nothing is tried. */
    private static final long LEAST_ROOM_BYTES = 64 << 10;

    private final Disk disk;
    private final long bytes;
    private boolean made;

    Reserve(Disk disk, long bytes) {
        this.disk = disk;
        this.bytes = bytes;
    }

    /**
     * Makes the file if it is not there; an idle log needs none.
     *
     * @throws DiskFullException if there is no room for it
     */
    void make() throws IOException {
        if (made || bytes == 0) {
            return;
        }
        if (!isWhole()) {
            giveUp();
            write();
        }
        made = true;
    }

    /** Makes room. False if there was nothing to give up. */
    boolean giveUp() throws IOException {
        made = false;
        if (!disk.exists(FILE_NAME)) {
            return false;
        }
        disk.delete(FILE_NAME);
        return true;
    }

    /** Takes the room again if there is twice as much. False if not: the disk is still full. */
    boolean restore() throws IOException {
        if (disk.usableBytes() < Math.max(LEAST_ROOM_BYTES, 2 * bytes)) {
            return false;
        }
        try {
            make();
            return true;
        } catch (DiskFullException e) {
            giveUp();
            return false;
        }
    }

    private boolean isWhole() throws IOException {
        if (!disk.exists(FILE_NAME)) {
            return false;
        }
        try (DiskFile file = disk.open(FILE_NAME)) {
            return file.size() == bytes;
        }
    }

    private void write() throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(PIECE_BYTES);
        try (DiskFile file = disk.create(FILE_NAME)) {
            for (long at = 0; at < bytes; at += zeros.limit()) {
                zeros.clear().limit((int) Math.min(PIECE_BYTES, bytes - at));
                file.write(at, zeros);
            }
            file.force();
        }
    }
}
