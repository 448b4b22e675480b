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

    /** What proves that the log was forced beyond the bad place; null if nothing does. */
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

    /** Frames stand at any offset, so each is tried at which there is a group's magic. */
    private @Nullable String proofIn(SegmentId id, long from) throws IOException {
        SegmentFile file = segments.acquire(id);
        if (file == null) {
            return null;
        }
        try {
            SegmentWindow window = new SegmentWindow(file.file(), file.size());
            FrameHeader header = new FrameHeader(id);
            long last = window.limit() - FrameHeader.BYTES;
            for (long at = window.skipZeros(from); at <= last; at = nextCandidate(window, at)) {
                int index = window.at(at, FrameHeader.BYTES);
                if (window.bytes()[index] == 'L'
                        && header.read(window.bytes(), index)
                        && header.isGroup()
                        && header.forced().compareTo(bad) > 0) {
                    return " (it was forced, as the group at offset " + at + " of " + id.fileName() + " says)";
                }
            }
            return null;
        } finally {
            file.release();
        }
    }

    private static long nextCandidate(SegmentWindow window, long at) throws IOException {
        return window.skipZeros(at + 1);
    }
}
