package io.leveret.broker.channel;

import org.jspecify.annotations.Nullable;

/** Steps that are all done, whatever becomes of the others: the first that fails is told when all are, and the others with it. */
final class FirstFailure {

    private @Nullable Throwable failure;

    /** Does a step; what it throws is kept. */
    void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error thrown) {
            if (failure == null) {
                failure = thrown;
            } else if (failure != thrown) {
                failure.addSuppressed(thrown);
            }
        }
    }

    /** What the first step threw that failed; null if none did. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Throws it, if a step has failed. */
    void throwIfAny() {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException thrown) {
            throw thrown;
        }
    }
}
