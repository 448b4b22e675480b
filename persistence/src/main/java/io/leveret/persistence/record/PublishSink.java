package io.leveret.persistence.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the publishes of a log and lets everything else pass. */
@FunctionalInterface
public interface PublishSink extends RecordSink {

    @Override
    void publish(long position, Content content, List<Target> targets);

    @Override
    default void settle(long queueId, long[] positions) {}

    @Override
    default void deliveredThrough(long queueId, long position) {}

    @Override
    default void update(long queueId, long position, int deliveryCount, long notBeforeMs) {}

    @Override
    default void purge(long queueId, long throughPosition, long[] except) {}

    @Override
    default void addQueue(long queueId) {}

    @Override
    default void deleteQueue(long queueId) {}

    @Override
    default void catalog(byte[] key, byte @Nullable [] value) {}

    @Override
    default void removeFromCatalog(byte[] keyPrefix) {}

    @Override
    default void state(long owner, byte[] key, byte @Nullable [] value) {}
}
