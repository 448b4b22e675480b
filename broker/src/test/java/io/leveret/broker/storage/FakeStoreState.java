package io.leveret.broker.storage;

import io.leveret.persistence.record.Target;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a {@link FakeStore} has, and what is there when it is opened again. Guarded by the store. */
final class FakeStoreState {

    final TreeMap<byte[], byte[]> catalog = new TreeMap<>(Arrays::compare);
    final TreeMap<Long, TreeMap<Long, Stored>> queues = new TreeMap<>();
    final Map<Long, TreeMap<byte[], byte[]>> states = new HashMap<>();
    final Map<EntryKey, Update> updates = new HashMap<>();
    final Map<Long, Long> deliveredThrough = new HashMap<>();
    int nextOrdinal;
    long nextQueueId = 1;

    record Stored(byte[] head, byte[] body, Target target) {}

    record EntryKey(long queueId, long position) {}

    record Update(int deliveryCount, long notBeforeMs) {}

    /** The entries of a queue by their positions; none if there is no such queue. */
    TreeMap<Long, Stored> entries(long queueId) {
        return queues.getOrDefault(queueId, new TreeMap<>());
    }
}
