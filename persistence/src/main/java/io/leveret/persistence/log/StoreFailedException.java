package io.leveret.persistence.log;

import org.jspecify.annotations.Nullable;

/** The log has failed or was closed: nothing can be appended any more. */
public final class StoreFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public StoreFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
