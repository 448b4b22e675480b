package io.leveret.persistence.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a torn tail from rot: a group that stands behind a bad frame and says that more was forced before it proves that the frame was
 * once whole.
 */
final class TailSearch {

    private final Segments segments;
    private final LogPlace bad;

    TailSearch(Segments segments, LogPlace bad) {
        this.segments = segments;
        this.bad = bad;
    }

    /**
     * What proves that the log was forced beyond the bad place; null if nothing does.
     *
     * @throws io.leveret.persistence.FormatVersionException if another version wrote what stands behind it
     */
    @Nullable
    String proof() throws IOException {
        String found = proofIn(new SegmentId(bad.segment(), 0), bad.offset());
        for (SegmentId id : segments.after(bad.segment())) {
            if (found == null) {
                found = proofIn(id, 0);
            }
        }
        return found;
    }

    /** Frames stand at any offset, so each is tried. */
    private @Nullable String proofIn(SegmentId id, long from) throws IOException {
        SegmentFile file = segments.acquire(id);
        if (file == null) {
            return null;
        }
        try {
            SegmentStart start = SegmentStart.read(file);
            start.requireVersion();
            FrameHeader frames = start.frames();
            SegmentWindow window = new SegmentWindow(file.file(), file.size());
            long last = window.limit() - FrameHeader.BYTES;
            for (long at = window.skipZeros(from); at <= last; at = window.skipZeros(at + 1)) {
                int index = window.at(at, FrameHeader.BYTES);
                FrameHeader group = group(frames, id, window.bytes(), index);
                if (group != null && group.forced().compareTo(bad) > 0) {
                    return " (it was forced, as the group at offset " + at + " of " + id.fileName() + " says)";
                }
            }
            return null;
        } finally {
            file.release();
        }
    }

    /**
     * In a file whose salt is lost a group of any salt counts: that may be a message's doing, but the start is better refused without need
     * than what was forced cut.
     */
    private static @Nullable FrameHeader group(@Nullable FrameHeader frames, SegmentId id, byte[] bytes, int at) {
        if (frames == null) {
            return FrameHeader.ofGroup(id, bytes, at);
        }
        return frames.read(bytes, at) && frames.isGroup() ? frames : null;
    }
}
