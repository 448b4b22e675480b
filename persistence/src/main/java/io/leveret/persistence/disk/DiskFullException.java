package io.leveret.persistence.disk;

import java.io.IOException;

/** There was no room on the disk: not a failure, since room may come. */
public final class DiskFullException extends IOException {

    private static final long serialVersionUID = 1;

    public DiskFullException(String message) {
        super(message);
    }

    public DiskFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
