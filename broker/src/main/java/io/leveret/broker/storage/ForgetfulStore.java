package io.leveret.broker.storage;

import io.leveret.persistence.Position;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.SealedBatch;
import io.leveret.persistence.store.DueEntries;
import io.leveret.persistence.store.DueIndex;
import io.leveret.persistence.store.HashedEntry;
import io.leveret.persistence.store.ListedEntry;
import io.leveret.persistence.store.Store;
import io.leveret.persistence.store.StoredEntry;
import io.leveret.persistence.store.StoredQueue;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;

/** A store that calls everything durable and keeps nothing, for a virtual host that nobody will ask for it. Owned by one thread. */
final class ForgetfulStore implements Store {

    private long batches;
    private int nextOrdinal;

    @Override
    public long append(Batch batch) {
        SealedBatch sealed = batch.seal();
        batch.appended(sealed.ordinals() == 0 ? Position.NONE : nextPosition());
        nextOrdinal += sealed.ordinals();
        return ++batches;
    }

    @Override
    public long durableBatch() {
        return batches;
    }

    @Override
    public long appendedBatch() {
        return batches;
    }

    @Override
    public long nextPosition() {
        return Position.of(1, nextOrdinal);
    }

    @Override
    public long durablePosition() {
        return nextPosition();
    }

    @Override
    public long pendingBytes() {
        return 0;
    }

    @Override
    public long updateBytes() {
        return 0;
    }

    @Override
    public boolean isFull() {
        return false;
    }

    @Override
    public void catalog(BiConsumer<byte[], byte[]> sink) {}

    @Override
    public void state(long owner, BiConsumer<byte[], byte[]> sink) {}

    @Override
    public Map<Long, StoredQueue> queues() {
        return Map.of();
    }

    @Override
    public long nextQueueId() {
        return 1;
    }

    @Override
    public List<StoredEntry> entries(long queueId, int level, long from, long through, int maxEntries, long maxBytes) {
        return List.of();
    }

    @Override
    public List<ListedEntry> list(long queueId, int level, long from, long through, int maxEntries) {
        return List.of();
    }

    @Override
    public List<StoredEntry> entries(long queueId, long[] positions, long maxBytes) {
        return List.of();
    }

    @Override
    public DueIndex dueIndex(LongPredicate queues) {
        return (fromMs, afterPosition, toMs, limit) -> new DueEntries(List.of(), true);
    }

    @Override
    public List<HashedEntry> withHashes(long queueId, long[] hashes, long afterPosition, int limit) {
        return List.of();
    }

    @Override
    public void hashes(HashSink sink) {}

    @Override
    public void force() {}

    @Override
    public void checkpoint() {}

    @Override
    public void close() {}
}
