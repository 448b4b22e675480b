package io.leveret.persistence.store;

import io.leveret.persistence.FormatVersionException;
import io.leveret.persistence.Position;
import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.index.SegmentEntries;
import io.leveret.persistence.index.SegmentIndex;
import io.leveret.persistence.index.TableCorruptException;
import io.leveret.persistence.log.LogScan;
import io.leveret.persistence.log.SegmentFile;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.log.Segments;
import io.leveret.persistence.log.StoreCorruptException;
import io.leveret.persistence.record.PublishSink;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The indexes of sealed segments: opened when they are asked for, and the ones used last kept open. One that is missing, broken or of
 * another version is made again from its segment, which has all that it tells. A monitor, held while an index is read.
 */
final class Indexes {

    private static final Logger LOG = LoggerFactory.getLogger(Indexes.class);

    /** Each takes an open file and a few KB. */
    private static final int MAX_OPEN = 128;

    private final Disk disk;
    private final LinkedHashMap<SegmentId, SegmentIndex> open = new LinkedHashMap<>(16, 0.75f, true);

    Indexes(Disk disk) {
        this.disk = disk;
    }

    /** Asks an index. */
    interface Question<T> {

        T ask(SegmentIndex index) throws IOException;
    }

    /** Makes a segment's index, which nobody asks yet. It needs no lock: the entries don't change any more. */
    void write(SegmentEntries entries, long generation) throws IOException {
        SegmentIndex.write(disk, entries, generation);
    }

    /** Asks the index of a segment; it must not be kept. */
    synchronized <T> T ask(SegmentId id, Question<T> question) throws IOException {
        try {
            return question.ask(of(id));
        } catch (TableCorruptException e) {
            // It was whole when it was opened.
            LOG.warn("An index has gone bad and is opened anew folder={}: {}", disk.describe(), e.getMessage());
            close(open.remove(id));
            return question.ask(of(id));
        }
    }

    /** The segment's file is gone, or about to go. */
    synchronized void delete(SegmentId id) throws IOException {
        close(open.remove(id));
        String name = fileName(id);
        if (disk.exists(name)) {
            disk.delete(name);
        }
    }

    synchronized void close() throws IOException {
        for (SegmentIndex index : open.values()) {
            index.close();
        }
        open.clear();
    }

    static String fileName(SegmentId id) {
        return SegmentIndex.fileName(id.segment(), id.generation());
    }

    /** Whose index a file is; null if it is none. */
    static @Nullable SegmentId segmentOf(String name) {
        return name.endsWith(".idx") ? SegmentId.ofFile(name.replace(".idx", ".seg")) : null;
    }

    private SegmentIndex of(SegmentId id) throws IOException {
        SegmentIndex index = open.get(id);
        if (index == null) {
            index = open(id);
            open.put(id, index);
            closeOldest();
        }
        return index;
    }

    private void closeOldest() throws IOException {
        if (open.size() > MAX_OPEN) {
            Map.Entry<SegmentId, SegmentIndex> oldest =
                    open.entrySet().iterator().next();
            open.remove(oldest.getKey());
            oldest.getValue().close();
        }
    }

    private static void close(@Nullable SegmentIndex index) throws IOException {
        if (index != null) {
            index.close();
        }
    }

    private SegmentIndex open(SegmentId id) throws IOException {
        try {
            return SegmentIndex.open(disk, id.segment(), id.generation());
        } catch (NoSuchFileException missing) {
            LOG.warn(
                    "An index is missing and is made again from its segment folder={} file={}",
                    disk.describe(),
                    fileName(id));
        } catch (TableCorruptException broken) {
            LOG.warn(
                    "An index is broken and is made again from its segment folder={}: {}",
                    disk.describe(),
                    broken.getMessage());
        } catch (FormatVersionException other) {
            LOG.warn(
                    "An index is of another version and is made again from its segment folder={}: {}",
                    disk.describe(),
                    other.getMessage());
        }
        SegmentIndex.write(disk, gather(id), id.generation());
        return SegmentIndex.open(disk, id.segment(), id.generation());
    }

    private SegmentEntries gather(SegmentId id) throws IOException {
        Segments segments = Segments.in(disk);
        try {
            return gather(segments, id, false);
        } finally {
            segments.close();
        }
    }

    /** All entries that a segment's file has. */
    SegmentEntries gather(Segments segments, SegmentId id, boolean checkContents) throws IOException {
        SegmentFile file = segments.acquire(id);
        if (file == null) {
            throw new StoreCorruptException(id.fileName(), 0, "the segment is missing");
        }
        try {
            SegmentEntries entries = new SegmentEntries(id.segment());
            PublishSink gatherer =
                    (position, content, targets) -> entries.add(Position.ordinal(position), content, targets);
            LogScan.readAll(file, checkContents, gatherer);
            return entries;
        } finally {
            file.release();
        }
    }
}
