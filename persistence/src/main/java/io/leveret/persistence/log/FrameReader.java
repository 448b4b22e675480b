package io.leveret.persistence.log;

import io.leveret.persistence.record.BatchReader;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.CorruptRecordException;
import io.leveret.persistence.record.RecordSink;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Steps through the frames of one segment's file. It belongs to one thread, and goes on behind a bad frame only when it is told to. */
final class FrameReader {

    /** What stood at the last place. */
    enum Step {
        BATCH,
        GROUP,
        END
    }

    private final SegmentFile segment;
    private final SegmentWindow window;
    private final boolean checkContents;
    private final BatchReader records = new BatchReader();
    private final CRC32C crc = new CRC32C();

    /** Null until the file's salt is known. */
    private @Nullable FrameHeader frames;

    private long offset;
    private int ordinal;

    /** Where a batch is read though a message in it is damaged. */
    private long trustedAt = -1;

    /** Whether frames were passed over, so that their messages are missing. */
    private boolean anyOrdinal;

    private LogPlace forced = LogPlace.START;

    /**
     * @param limit where the file ends for this reader
     * @param checkContents whether the bytes of messages are read and checked too
     */
    FrameReader(SegmentFile segment, LogPlace from, long limit, boolean checkContents) throws IOException {
        this.segment = segment;
        this.window = new SegmentWindow(segment.file(), limit);
        this.checkContents = checkContents;
        this.offset = from.offset();
        this.ordinal = from.ordinal();
    }

    LogPlace place() {
        return new LogPlace(segment.id().segment(), offset, ordinal);
    }

    /** The highest place that a group said was forced. */
    LogPlace forced() {
        return forced;
    }

    /**
     * Reads what stands at this place, a batch's records into the sink, and moves behind it.
     *
     * @throws BadFrameException if no whole frame stands there; the sink has seen nothing of it
     * @throws StoreCorruptException if the frame is whole but its records are no batch's
     */
    Step next(RecordSink sink) throws IOException {
        FrameHeader header = frames;
        if (header == null && (header = begin()) == null) {
            return Step.END;
        }
        if (offset == window.limit() || !isFrame(header)) {
            return Step.END;
        }
        if (header.isGroup()) {
            forced = forced.max(header.forced());
            offset += FrameHeader.BYTES;
            return Step.GROUP;
        }
        readBatch(header, sink);
        return Step.BATCH;
    }

    /** Behind the end there is nothing but what was preallocated. */
    void requireZeros() throws IOException {
        if (window.skipZeros(offset) != window.limit()) {
            throw bad("frame header's magic is zero, but more stands behind it");
        }
    }

    /** Has the bad batch here read once more, without its messages' bytes. False if these were not what is wrong. */
    boolean trustContents() {
        boolean again = checkContents && trustedAt != offset;
        trustedAt = offset;
        return again;
    }

    /**
     * Goes behind a bad frame, to where the next whole header stands, whatever messages lie between. False if there is none, or if too
     * much of the file's beginning is lost for telling.
     */
    boolean skipToNextFrame() throws IOException {
        long from = frames == null ? offset : offset + 1;
        if (frames == null) {
            frames = SegmentStart.read(segment).frames();
        }
        offset = frames == null ? window.limit() : nextFrame(frames, from);
        anyOrdinal = true;
        return offset < window.limit();
    }

    private long nextFrame(FrameHeader header, long from) throws IOException {
        long last = window.limit() - FrameHeader.BYTES;
        for (long at = window.skipZeros(from); at <= last; at = window.skipZeros(at + 1)) {
            int index = window.at(at, FrameHeader.BYTES);
            if (header.read(window.bytes(), index)) {
                return at;
            }
        }
        return window.limit();
    }

    /** Reads the file's header. Null for a file in which nothing was ever written. */
    private @Nullable FrameHeader begin() throws IOException {
        if (offset == 0 && window.skipZeros(0) == window.limit()) {
            return null;
        }
        FrameHeader begun = new FrameHeader(segment.id(), header().salt());
        frames = begun;
        offset = Math.max(offset, SegmentHeader.BYTES);
        return begun;
    }

    private SegmentHeader header() throws IOException {
        try {
            return SegmentStart.read(segment).header();
        } catch (BadFrameException e) {
            // What stands before the place at which a reader begins was forced.
            throw offset == 0 ? e : e.asCorruption("");
        }
    }

    /** False if zeros begin here, with which a file is preallocated. */
    private boolean isFrame(FrameHeader header) throws IOException {
        if (window.limit() - offset < FrameHeader.BYTES) {
            if (window.skipZeros(offset) == window.limit()) {
                return false;
            }
            throw bad("frame header is cut off");
        }
        int at = window.at(offset, FrameHeader.BYTES);
        byte[] bytes = window.bytes();
        if ((bytes[at] | bytes[at + 1] | bytes[at + 2] | bytes[at + 3]) == 0) {
            return false;
        }
        if (!header.read(bytes, at)) {
            throw bad("frame header's magic or checksum is wrong");
        }
        return true;
    }

    private void readBatch(FrameHeader header, RecordSink sink) throws IOException {
        long metaAt = offset + FrameHeader.BYTES;
        long contentAt = metaAt + header.metaLength();
        requireWithinFile(header, metaAt);
        requireOrdinal(header.firstOrdinal());
        int metaLength = (int) header.metaLength();
        int at = window.at(metaAt, metaLength);
        crc.reset();
        crc.update(window.bytes(), at, metaLength);
        if ((int) crc.getValue() != header.metaCrc()) {
            throw bad("batch's checksum is wrong");
        }
        BatchReader.Frame frame = new BatchReader.Frame(
                segment.id().segment(), header.firstOrdinal(), header.records(), contentAt, header.contentLength());
        try {
            if (checkContents && offset != trustedAt) {
                checkContents(frame, Arrays.copyOfRange(window.bytes(), at, at + metaLength));
                at = window.at(metaAt, metaLength);
            }
            ordinal = records.read(frame, window.bytes(), at, at + metaLength, sink);
        } catch (CorruptRecordException e) {
            throw new StoreCorruptException(segment.id().fileName(), offset, String.valueOf(e.getMessage()), e);
        }
        offset = contentAt + header.contentLength();
    }

    private void requireWithinFile(FrameHeader header, long metaAt) throws BadFrameException {
        long left = window.limit() - metaAt;
        boolean fits = header.metaLength() <= Math.min(left, Integer.MAX_VALUE - 8)
                && header.contentLength() >= 0
                && header.contentLength() <= left - header.metaLength();
        if (!fits) {
            throw bad("batch of %d + %d bytes is cut off (expected: at most %d)"
                    .formatted(header.metaLength(), header.contentLength(), left));
        }
    }

    /** Nothing but compaction leaves out ordinals. */
    private void requireOrdinal(int first) throws BadFrameException {
        boolean gap = anyOrdinal || segment.id().generation() > 0;
        boolean follows = gap ? first >= ordinal : first == ordinal;
        anyOrdinal = false;
        if (!follows) {
            throw bad("batch's first ordinal: " + first + " (expected: " + ordinal + ")");
        }
    }

    private void checkContents(BatchReader.Frame frame, byte[] meta) throws IOException {
        ContentList contents = new ContentList();
        records.read(frame, meta, 0, meta.length, contents);
        for (Content content : contents.contents()) {
            crc.reset();
            window.checksum(content.offset(), content.length(), crc);
            if ((int) crc.getValue() != content.crc32c()) {
                throw bad("checksum of the message at " + content.offset() + " is wrong");
            }
        }
    }

    private BadFrameException bad(String problem) {
        return new BadFrameException(segment.id(), offset, problem);
    }
}
