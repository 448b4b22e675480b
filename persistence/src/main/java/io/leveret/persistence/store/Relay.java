package io.leveret.persistence.store;

import io.leveret.persistence.log.LogListener;
import org.jspecify.annotations.Nullable;

/** Passes on what the log tells, to the checkpointer and to the store's owner; those hear it from one thread at a time. */
final class Relay implements LogListener {

    private final StoreListener listener;

    /** Null until the store is open. */
    private volatile @Nullable Checkpointer checkpointer;

    Relay(StoreListener listener) {
        this.listener = listener;
    }

    /** Before anything is appended. */
    void to(Checkpointer opened) {
        checkpointer = opened;
    }

    @Override
    public void durable(long batch) {
        Checkpointer known = checkpointer;
        if (known != null) {
            known.moved();
        }
        tellDurable();
    }

    /** Who waits since the checkpointer was behind looks again. */
    void tellDurable() {
        synchronized (this) {
            listener.durable();
        }
    }

    @Override
    public void blocked(boolean full) {
        Checkpointer known = checkpointer;
        if (known != null && full) {
            // It may let segments be deleted.
            known.checkpointSoon();
        }
        synchronized (this) {
            listener.full(full);
        }
    }

    @Override
    public void failed(Throwable cause) {
        Checkpointer known = checkpointer;
        if (known != null) {
            known.stop();
        }
        synchronized (this) {
            listener.failed(cause);
        }
    }
}
