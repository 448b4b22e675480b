package io.leveret.persistence.log;

import io.leveret.persistence.disk.DiskFullException;
import io.leveret.persistence.record.SealedBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes groups of batches to the end of the log. It belongs to the flusher. A group that does not fit on the disk can be written again:
 * until a group is whole, nothing in here moves on.
 */
final class LogWriter {

    /** Groups of this size or more are written so fast that forcing their file's new length costs little beside the writing. */
    private static final int LARGE_GROUP_BYTES = 64 << 10;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

    private final Segments segments;
    private final LogSettings settings;
    private final Unforced unforced;

    /** The file in which the last group ended, held; null if the log is empty. */
    private @Nullable SegmentFile file;

    /** Of that file. */
    private long salt;

    private LogPlace end;

    /** Up to where the file has zeros. */
    private long preallocatedEnd;

    LogWriter(Segments segments, LogSettings settings, Unforced unforced, LogPlace end) throws IOException {
        this.segments = segments;
        this.settings = settings;
        this.unforced = unforced;
        this.end = end;
        this.preallocatedEnd = end.offset();
        this.file = segments.acquire(new SegmentId(end.segment(), 0));
        this.salt = file == null ? 0 : SegmentStart.read(file).header().salt();
    }

    /** Behind the last group that is written whole. */
    LogPlace end() {
        return end;
    }

    /**
     * Writes the batches at the front of a list that go to one segment, as one group.
     *
     * @param forced what is forced by now
     * @return how many they were
     * @throws DiskFullException if there is no room: the same may be tried again later
     */
    int write(List<PendingBatch> batches, LogPlace forced, ByteBuffer buffer) throws IOException {
        long segment = batches.get(0).segment();
        long previousEnd = end.offset();
        boolean begins = segment != end.segment() || end.offset() == 0;
        SegmentFile target = fileOf(segment);
        GroupWriter out = new GroupWriter(target, salt, begins ? 0 : end.offset(), buffer);
        if (begins) {
            out.segmentHeader(new SegmentHeader(target.id(), previousEnd, salt));
        }
        out.group(forced);
        int ordinal = begins ? 0 : end.ordinal();
        int count = 0;
        while (count < batches.size() && batches.get(count).segment() == segment) {
            PendingBatch next = batches.get(count++);
            out.batch(next.batch(), next.firstOrdinal());
            ordinal = next.firstOrdinal() + next.batch().ordinals();
        }
        out.finish();
        preallocate(target, out.offset(), out.written());
        end = new LogPlace(segment, out.offset(), ordinal);
        unforced.written(target, end);
        return count;
    }

    /** The segment's file, made if it is the next one; then the last one is left. */
    private SegmentFile fileOf(long segment) throws IOException {
        SegmentFile last = file;
        if (last != null && last.id().segment() == segment) {
            return last;
        }
        cutPreallocated();
        SegmentFile next = segments.create(new SegmentId(segment, 0));
        unforced.begun();
        if (last != null) {
            last.release();
        }
        file = next;
        salt = segments.newSalt();
        preallocatedEnd = 0;
        return next;
    }

    /** Nothing more will be written to this file: gives back what was preallocated. */
    void cutPreallocated() throws IOException {
        SegmentFile last = file;
        if (last != null && last.id().segment() == end.segment() && last.size() > end.offset()) {
            last.file().truncate(end.offset());
            unforced.written(last, end);
        }
    }

    /** Ends the use of the file. */
    void release() {
        if (file != null) {
            file.release();
            file = null;
        }
    }

    /**
     * While groups are small, the file grows ahead of them: a force that has no new length to write down is faster. Zeros that don't fit
     * are no harm, the next group will tell.
     */
    private void preallocate(SegmentFile target, long offset, long groupBytes) throws IOException {
        boolean wanted = settings.mode() == SyncMode.FSYNC
                && groupBytes < LARGE_GROUP_BYTES
                && offset > preallocatedEnd
                && offset < settings.segmentBytes();
        if (!wanted) {
            return;
        }
        long to = Math.min(offset + settings.preallocateBytes(), Math.max(offset, settings.segmentBytes()));
        try {
            for (long at = offset; at < to; ) {
                ByteBuffer zeros = ZEROS.duplicate().limit((int) Math.min(ZEROS.capacity(), to - at));
                at += zeros.remaining();
                target.file().write(at - zeros.remaining(), zeros);
            }
            preallocatedEnd = to;
        } catch (DiskFullException e) {
            preallocatedEnd = offset;
        }
    }

    /** Passes one group to its file through the buffer. */
    private static final class GroupWriter {

        private final SegmentFile file;
        private final FrameHeader header;
        private final ByteBuffer buffer;
        private final long start;
        private long flushed;

        GroupWriter(SegmentFile file, long salt, long offset, ByteBuffer buffer) {
            this.file = file;
            this.header = new FrameHeader(file.id(), salt);
            this.buffer = buffer.clear();
            this.start = offset;
            this.flushed = offset;
        }

        void segmentHeader(SegmentHeader segment) {
            segment.putTo(buffer);
        }

        void group(LogPlace forced) throws IOException {
            put(header.group(forced), FrameHeader.BYTES);
        }

        void batch(SealedBatch batch, int firstOrdinal) throws IOException {
            put(header.batch(batch, firstOrdinal), FrameHeader.BYTES);
            put(batch.meta(), batch.metaLength());
            for (int i = 0; i < batch.contentCount(); i++) {
                byte[] content = batch.contents()[i];
                put(content, content.length);
            }
        }

        void finish() throws IOException {
            buffer.flip();
            int length = buffer.remaining();
            file.file().write(flushed, buffer);
            flushed += length;
            buffer.clear();
        }

        long offset() {
            return flushed;
        }

        long written() {
            return flushed - start;
        }

        private void put(byte[] bytes, int length) throws IOException {
            int at = 0;
            while (at < length) {
                if (!buffer.hasRemaining()) {
                    finish();
                }
                int part = Math.min(buffer.remaining(), length - at);
                buffer.put(bytes, at, part);
                at += part;
            }
        }
    }
}
