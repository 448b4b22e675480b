package io.leveret.persistence.log;

import io.leveret.persistence.record.BatchReader;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.CorruptRecordException;
import io.leveret.persistence.record.RecordSink;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32C;

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
    private final FrameHeader header;
    private final BatchReader records = new BatchReader();
    private final CRC32C crc = new CRC32C();
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
        this.header = new FrameHeader(segment.id());
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
        if (offset == 0 && !readSegmentHeader()) {
            return Step.END;
        }
        if (offset == window.limit() || !readFrameHeader()) {
            return Step.END;
        }
        if (header.isGroup()) {
            forced = forced.max(header.forced());
            offset += FrameHeader.BYTES;
            return Step.GROUP;
        }
        readBatch(sink);
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

    /** Goes behind a bad frame, to where the next whole header stands, whatever messages lie between. False if there is none. */
    boolean skipToNextFrame() throws IOException {
        long last = window.limit() - FrameHeader.BYTES;
        for (long at = window.skipZeros(offset + 1); at <= last; at = window.skipZeros(at + 1)) {
            int index = window.at(at, FrameHeader.BYTES);
            if (window.bytes()[index] == 'L' && header.read(window.bytes(), index)) {
                offset = at;
                anyOrdinal = true;
                return true;
            }
        }
        offset = window.limit();
        return false;
    }

    /** False for a file in which nothing was ever written. */
    private boolean readSegmentHeader() throws IOException {
        if (window.skipZeros(0) == window.limit()) {
            return false;
        }
        if (window.limit() < SegmentHeader.BYTES) {
            throw bad("segment header is cut off");
        }
        int at = window.at(0, SegmentHeader.BYTES);
        byte[] bytes = Arrays.copyOfRange(window.bytes(), at, at + SegmentHeader.BYTES);
        String problem = SegmentHeader.problemOf(bytes, segment.id());
        if (problem != null) {
            throw bad(problem);
        }
        offset = SegmentHeader.BYTES;
        return true;
    }

    /** False if zeros begin here, with which a file is preallocated. */
    private boolean readFrameHeader() throws IOException {
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

    private void readBatch(RecordSink sink) throws IOException {
        long metaAt = offset + FrameHeader.BYTES;
        long contentAt = metaAt + header.metaLength();
        requireWithinFile(metaAt);
        requireOrdinal();
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

    private void requireWithinFile(long metaAt) throws BadFrameException {
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
    private void requireOrdinal() throws BadFrameException {
        int first = header.firstOrdinal();
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
