package io.leveret.persistence.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the records of a log in their order. What names a queue that was deleted before is to be ignored. */
public interface RecordSink {

    /** A message came into queues. */
    void publish(long position, Content content, List<Target> targets);

    /** Entries left their queue for good. The positions are of no order; some may have been settled before. */
    void settle(long queueId, long[] positions);

    /** Every entry of the queue up to a position has been delivered to somebody, so that the next delivery is a repetition. */
    void deliveredThrough(long queueId, long position);

    /**
     * An entry changed while it waits.
     *
     * @param notBeforeMs when it may be delivered again, in milliseconds since 1970; 0 for at once
     */
    void update(long queueId, long position, int deliveryCount, long notBeforeMs);

    /** Every entry of the queue up to and with a position was settled, apart from those in {@code except}, which grow. */
    void purge(long queueId, long throughPosition, long[] except);

    /** A queue id is in use from here; ids are never used again. */
    void addQueue(long queueId);

    /** The queue and all that is in it are gone. */
    void deleteQueue(long queueId);

    /** A catalog's entry was set, or removed if the value is null. */
    void catalog(byte[] key, byte @Nullable [] value);

    /** Every entry of the catalog whose key begins so was removed, be it none. */
    void removeFromCatalog(byte[] keyPrefix);

    /**
     * What an owner keeps beside its messages was set, or removed if the value is null. The owner is a queue, or something else that has an id as
     * queues have.
     */
    void state(long owner, byte[] key, byte @Nullable [] value);
}
