package io.leveret.persistence.log;

import io.leveret.persistence.disk.DiskFile;
import io.leveret.persistence.record.RecordSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the log from a checkpoint to where it ends, cuts what a crash left behind the last whole batch, and makes certain what it kept.
 * It runs before the log is used.
 */
final class LogRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);
    private static final int COPY_BYTES = 256 << 10;

    private final Segments segments;
    private final LogPlace checkpoint;
    private LogPlace end;
    private LogPlace forced;
    private long cutBytes;
    private long batches;

    /** @param checkpoint below which nothing is read */
    LogRecovery(Segments segments, LogPlace checkpoint) {
        this.segments = segments;
        this.checkpoint = checkpoint;
        this.end = checkpoint;
        this.forced = checkpoint;
    }

    /** Where the log goes on. */
    LogPlace end() {
        return end;
    }

    /** How many batches were read. */
    long batches() {
        return batches;
    }

    /** How much that was not forced had been written in vain. */
    long cutBytes() {
        return cutBytes;
    }

    /** @throws StoreCorruptException if something is wrong below what was forced */
    void run(RecordSink sink) throws IOException {
        replay(sink);
        cutTail();
        rewriteUnforced();
        if (!segments.ids().isEmpty() || cutBytes > 0) {
            segments.disk().forceFolder();
        }
    }

    private void replay(RecordSink sink) throws IOException {
        LogPlace unbounded = new LogPlace(Long.MAX_VALUE, 0, 0);
        BadFrameException problem = null;
        try (LogWalk walk = new LogWalk(segments, checkpoint, unbounded, true)) {
            try {
                while (walk.next(sink)) {
                    end = walk.place();
                    batches++;
                }
            } catch (BadFrameException e) {
                problem = e;
            }
            end = walk.place();
            forced = walk.forced();
        }
        judge(problem);
    }

    private void judge(@Nullable BadFrameException problem) throws IOException {
        SegmentId id = new SegmentId(end.segment(), 0);
        BadFrameException bad =
                problem != null ? problem : new BadFrameException(id, end.offset(), "the log ends here");
        String proof = new TailSearch(segments, end).proof();
        if (proof != null) {
            throw bad.asCorruption(proof);
        }
        if (forced.compareTo(end) > 0) {
            throw bad.asCorruption(" (it was forced up to %d of segment %d, as a group before it says)"
                    .formatted(forced.offset(), forced.segment()));
        }
        if (sizeOf(id) < end.offset()) {
            throw bad.asCorruption(" (a checkpoint stands on it)");
        }
    }

    private long sizeOf(SegmentId id) throws IOException {
        SegmentFile file = segments.acquire(id);
        if (file == null) {
            return 0;
        }
        try {
            return file.size();
        } finally {
            file.release();
        }
    }

    private void cutTail() throws IOException {
        List<SegmentId> later = segments.after(end.segment());
        // From the last one on, so that no gap is left if this is cut short.
        for (int i = later.size() - 1; i >= 0; i--) {
            delete(later.get(i));
        }
        SegmentId id = new SegmentId(end.segment(), 0);
        SegmentFile file = segments.acquire(id);
        if (file == null) {
            return;
        }
        try {
            if (file.size() > end.offset()) {
                report(file, end.offset());
                file.file().truncate(end.offset());
            }
        } finally {
            file.release();
        }
        if (end.offset() == 0) {
            segments.delete(id);
        }
    }

    private void delete(SegmentId id) throws IOException {
        SegmentFile file = segments.acquire(id);
        if (file == null) {
            return;
        }
        try {
            report(file, 0);
        } finally {
            file.release();
        }
        segments.delete(id);
    }

    /** Zeros were preallocated and are no loss. */
    private void report(SegmentFile file, long from) throws IOException {
        long written = writtenBytes(file, from);
        if (written > 0) {
            cutBytes += written;
            LOG.warn(
                    "Cut what was written last and never forced folder={} file={} offset={} bytes={}",
                    segments.disk().describe(),
                    file.id().fileName(),
                    from,
                    written);
        }
    }

    private static long writtenBytes(SegmentFile file, long from) throws IOException {
        SegmentWindow window = new SegmentWindow(file.file(), file.size());
        long end = from;
        long at = window.skipZeros(from);
        while (at < window.limit()) {
            end = at + 1;
            at = window.skipZeros(end);
        }
        return end - from;
    }

    /**
     * What was read may have come from memory of the operating system that it believes to be on the disk though a force failed: so it is
     * written once more before it is forced.
     */
    private void rewriteUnforced() throws IOException {
        for (long segment = forced.segment(); segment <= end.segment(); segment++) {
            SegmentFile file = segments.acquire(new SegmentId(segment, 0));
            if (file == null) {
                continue;
            }
            try {
                rewrite(file.file(), segment == forced.segment() ? forced.offset() : 0);
            } finally {
                file.release();
            }
        }
    }

    private static void rewrite(DiskFile file, long from) throws IOException {
        long size = file.size();
        ByteBuffer copy = ByteBuffer.allocate(COPY_BYTES);
        for (long at = from; at < size; at += copy.limit()) {
            copy.clear().limit((int) Math.min(copy.capacity(), size - at));
            file.read(at, copy);
            file.write(at, copy.flip());
        }
        file.force();
    }
}
