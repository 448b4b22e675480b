package io.leveret.persistence.store;

/** Hears what happens to a store, from one thread at a time, which must not wait. */
public interface StoreListener {

    /** {@link Store#durableBatch} has moved; once for each group that was written. May be called when it has not, since other things became better. */
    void durable();

    /** The disk is full, or has room again. */
    void full(boolean full);

    /** Nothing will become durable any more; the store is to be closed and recovered. */
    void failed(Throwable cause);
}
