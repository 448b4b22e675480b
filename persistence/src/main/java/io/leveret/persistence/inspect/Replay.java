package io.leveret.persistence.inspect;

import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.RecordSink;
import io.leveret.persistence.record.Target;
import io.leveret.persistence.state.StoreState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the records of a log with gaps to a state: a queue whose declaration may stand in a gap is known by the messages that it took,
 * unless it is deleted. Used by one thread.
 */
final class Replay implements RecordSink {

    private final StoreState state;

    /** No queue from this id on was declared before this log. */
    private final long firstNewQueueId;

    private final Set<Long> deleted = new HashSet<>();
    private long lastPosition;

    /** @param state as of the checkpoint, or an empty one */
    Replay(StoreState state) {
        this.state = state;
        this.firstNewQueueId = state.nextQueueId();
    }

    @Override
    public void publish(long position, Content content, List<Target> targets) {
        if (position <= lastPosition) {
            return;
        }
        lastPosition = position;
        for (Target target : targets) {
            if (target.queueId() >= firstNewQueueId && !deleted.contains(target.queueId())) {
                state.addQueue(target.queueId());
            }
        }
        state.publish(position, content, targets);
    }

    @Override
    public void settle(long queueId, long[] positions) {
        state.settle(queueId, positions);
    }

    @Override
    public void deliveredThrough(long queueId, long position) {
        state.deliveredThrough(queueId, position);
    }

    @Override
    public void update(long queueId, long position, int deliveryCount, long notBeforeMs) {
        state.update(queueId, position, deliveryCount, notBeforeMs);
    }

    @Override
    public void purge(long queueId, long throughPosition, long[] except) {
        state.purge(queueId, throughPosition, except);
    }

    @Override
    public void addQueue(long queueId) {
        state.addQueue(queueId);
    }

    @Override
    public void deleteQueue(long queueId) {
        deleted.add(queueId);
        state.deleteQueue(queueId);
    }

    @Override
    public void catalog(byte[] key, byte @Nullable [] value) {
        state.catalog(key, value);
    }

    @Override
    public void removeFromCatalog(byte[] keyPrefix) {
        state.removeFromCatalog(keyPrefix);
    }

    @Override
    public void state(long owner, byte[] key, byte @Nullable [] value) {
        state.state(owner, key, value);
    }
}
