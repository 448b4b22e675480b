package io.leveret.persistence.log;

import io.leveret.persistence.record.RecordSink;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Steps through the batches of a log, from one segment to the next. It belongs to one thread. */
final class LogWalk implements Closeable {

    private final Segments segments;
    private final LogPlace end;
    private final boolean checkContents;
    private LogPlace place;
    private LogPlace forced;
    private @Nullable SegmentFile file;
    private @Nullable FrameReader reader;

    /** @param end where to stop at the latest */
    LogWalk(Segments segments, LogPlace from, LogPlace end, boolean checkContents) {
        this.segments = segments;
        this.place = from;
        this.forced = from;
        this.end = end;
        this.checkContents = checkContents;
    }

    /** Behind the last frame that was read. */
    LogPlace place() {
        return place;
    }

    /** The highest place that is known to have been forced. */
    LogPlace forced() {
        return forced;
    }

    /**
     * Reads the next batch into the sink.
     *
     * @return false at the end: that which was given, or where nothing more was written
     * @throws BadFrameException if no whole frame stands at {@link #place}
     */
    boolean next(RecordSink sink) throws IOException {
        while (place.compareTo(end) < 0) {
            FrameReader frames = reader;
            if (frames == null && (frames = open()) == null) {
                return false;
            }
            FrameReader.Step step = frames.next(sink);
            place = frames.place();
            forced = forced.max(frames.forced());
            if (step == FrameReader.Step.BATCH) {
                return true;
            }
            if (step == FrameReader.Step.END && !goToNextSegment()) {
                return false;
            }
        }
        return false;
    }

    private @Nullable FrameReader open() throws IOException {
        SegmentId id = new SegmentId(place.segment(), 0);
        SegmentFile opened = segments.acquire(id);
        if (opened == null) {
            if (place.offset() > 0 || !segments.after(place.segment()).isEmpty()) {
                throw new BadFrameException(id, place.offset(), "the segment is missing");
            }
            return null;
        }
        file = opened;
        long size = opened.size();
        if (size < place.offset()) {
            throw new BadFrameException(id, size, "the file ends (expected: at " + place.offset() + " or later)");
        }
        long limit = place.segment() == end.segment() ? Math.min(size, end.offset()) : size;
        reader = new FrameReader(opened, place, limit, checkContents);
        return reader;
    }

    /** Goes on in the segment behind this one; false if there is none. */
    private boolean goToNextSegment() throws IOException {
        if (place.segment() >= end.segment() || segments.after(place.segment()).isEmpty()) {
            return false;
        }
        SegmentId id = new SegmentId(place.segment() + 1, 0);
        SegmentFile next = segments.acquire(id);
        if (next == null) {
            throw new BadFrameException(id, 0, "the segment is missing");
        }
        close();
        file = next;
        requireNoGapBefore(next);
        long limit = id.segment() == end.segment() ? end.offset() : next.size();
        reader = new FrameReader(next, new LogPlace(id.segment(), 0, 0), limit, checkContents);
        return true;
    }

    private void requireNoGapBefore(SegmentFile next) throws IOException {
        long previousEnd = SegmentStart.read(next).header().previousEnd();
        if (previousEnd != place.offset()) {
            throw new BadFrameException(
                    new SegmentId(place.segment(), 0),
                    place.offset(),
                    "the segment ends here (expected: at " + previousEnd + ", as the next one says)");
        }
    }

    @Override
    public void close() {
        if (file != null) {
            file.release();
        }
        file = null;
        reader = null;
    }
}
