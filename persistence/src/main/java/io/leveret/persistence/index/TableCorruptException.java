package io.leveret.persistence.index;

import java.io.IOException;

/** A table's file is not what was written: its message names the file and what is wrong. The table can't be used, any part of it. */
public final class TableCorruptException extends IOException {

    private static final long serialVersionUID = 1;

    public TableCorruptException(String message) {
        super(message);
    }

    public TableCorruptException(String message, Throwable cause) {
        super(message, cause);
    }
}
