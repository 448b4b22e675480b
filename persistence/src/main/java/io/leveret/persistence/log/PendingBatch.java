package io.leveret.persistence.log;

import io.leveret.persistence.record.SealedBatch;

/** A batch that has its place in the order of the log and waits to be written. */
record PendingBatch(long number, long segment, int firstOrdinal, SealedBatch batch) {

    /** What it takes of the segment. */
    long length() {
        return FrameHeader.BYTES + batch.length();
    }
}
