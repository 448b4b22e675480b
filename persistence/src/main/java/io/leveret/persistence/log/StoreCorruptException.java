package io.leveret.persistence.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What was once certainly on the disk is not there any more, or not as it was: the store must not go on as if nothing were missing. */
public final class StoreCorruptException extends IOException {

    private static final long serialVersionUID = 1;

    private final String file;
    private final long offset;

    public StoreCorruptException(String file, long offset, String problem, @Nullable Throwable cause) {
        super(file + " at offset " + offset + ": " + problem, cause);
        this.file = file;
        this.offset = offset;
    }

    public StoreCorruptException(String file, long offset, String problem) {
        this(file, offset, problem, null);
    }

    public String file() {
        return file;
    }

    /** Where in the file what can't be read begins. */
    public long offset() {
        return offset;
    }
}
