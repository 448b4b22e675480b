package io.leveret.persistence.record;

import java.io.IOException;

/** A batch's records are not what a batch can have: whoever reads them adds the file and the place. */
public final class CorruptRecordException extends IOException {

    private static final long serialVersionUID = 1;

    public CorruptRecordException(String message) {
        super(message);
    }
}
