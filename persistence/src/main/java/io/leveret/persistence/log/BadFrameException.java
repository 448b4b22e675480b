package io.leveret.persistence.log;

import java.io.IOException;

/** No frame stands where one was expected: the torn tail of the log, or corruption. */
final class BadFrameException extends IOException {

    private static final long serialVersionUID = 1;

    private final String file;
    private final long offset;

    BadFrameException(SegmentId id, long offset, String problem) {
        super(problem);
        this.file = id.fileName();
        this.offset = offset;
    }

    StoreCorruptException asCorruption(String proof) {
        return new StoreCorruptException(file, offset, getMessage() + proof, this);
    }
}
