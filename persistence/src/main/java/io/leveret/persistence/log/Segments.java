package io.leveret.persistence.log;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.DiskFile;
import io.leveret.persistence.record.Content;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Which segment files a log has, each open only while somebody holds it. */
public final class Segments {

    private final Disk disk;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentSkipListMap<SegmentId, SegmentFile> files = new ConcurrentSkipListMap<>();

    private Segments(Disk disk) {
        this.disk = disk;
    }

    /** Finds the segments in a folder, and opens none of them. */
    public static Segments in(Disk disk) throws IOException {
        Segments segments = new Segments(disk);
        for (String name : disk.list()) {
            SegmentId id = SegmentId.ofFile(name);
            if (id != null) {
                segments.files.put(id, new SegmentFile(disk, id));
            }
        }
        return segments;
    }

    /** All segments, in order. */
    public List<SegmentId> ids() {
        return new ArrayList<>(files.keySet());
    }

    /** Holds a segment's file until its {@link SegmentFile#release}; null if it is gone. */
    public @Nullable SegmentFile acquire(SegmentId id) throws IOException {
        SegmentFile file = files.get(id);
        return file != null && file.retain() ? file : null;
    }

    /**
     * Reads a message, head and body.
     *
     * @return null if the segment is gone, compacted or deleted
     * @throws StoreCorruptException if these are not the bytes that were written
     */
    public byte @Nullable [] read(SegmentId id, Content content) throws IOException {
        SegmentFile file = acquire(id);
        if (file == null) {
            return null;
        }
        try {
            return file.read(content);
        } finally {
            file.release();
        }
    }

    /**
     * Deletes a segment's file; who still reads it may go on. Certain only after the folder was forced.
     *
     * @return false if there was none
     */
    public boolean delete(SegmentId id) throws IOException {
        SegmentFile file = files.remove(id);
        if (file == null) {
            return false;
        }
        file.remove();
        disk.delete(id.fileName());
        return true;
    }

    /** Makes an empty segment file, held for the caller; one with that name that was never part of the log gives way. */
    SegmentFile create(SegmentId id) throws IOException {
        if (disk.exists(id.fileName())) {
            disk.delete(id.fileName());
        }
        DiskFile opened = disk.create(id.fileName());
        SegmentFile file = SegmentFile.made(disk, id, opened);
        files.put(id, file);
        return file;
    }

    /** A salt for a file that is begun, which nobody can guess. */
    long newSalt() {
        return FrameHeader.newSalt(random);
    }

    /** The segments after one, in order. */
    List<SegmentId> after(long segment) {
        return new ArrayList<>(
                files.tailMap(new SegmentId(segment, Long.MAX_VALUE), false).keySet());
    }

    Disk disk() {
        return disk;
    }

    /** Gives out no file any more. */
    public void close() {
        while (!files.isEmpty()) {
            files.pollFirstEntry().getValue().remove();
        }
    }
}
