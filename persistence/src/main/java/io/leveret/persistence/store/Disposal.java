package io.leveret.persistence.store;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.log.Segments;
import java.io.IOException;

/** Deletes the segments' files that no checkpoint needs any more. Used by the checkpointer. */
final class Disposal {

    private final Disk disk;
    private final Segments segments;
    private final LogState state;
    private final Checkpoints checkpoints;

    Disposal(Disk disk, Segments segments, LogState state, Checkpoints checkpoints) {
        this.disk = disk;
        this.segments = segments;
        this.state = state;
        this.checkpoints = checkpoints;
    }

    /** Whether another checkpoint, though nothing was appended, would let something be deleted. */
    boolean waitsForCheckpoint() {
        for (SegmentId id : segments.ids()) {
            if (!checkpoints.isNeededByNewest(id)) {
                return true;
            }
        }
        return false;
    }

    void run() throws IOException {
        boolean deleted = false;
        for (SegmentId id : segments.ids()) {
            if (!checkpoints.isNeeded(id)) {
                state.forget(id);
                segments.delete(id);
                deleted = true;
            }
        }
        if (deleted) {
            disk.forceFolder();
        }
    }
}
