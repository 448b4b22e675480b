package io.leveret.broker.vhost;

import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.StoredDeadline;
import io.leveret.broker.queue.Uniqueness;
import io.leveret.persistence.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives the queues and exchanges that know duplicates the keys that the store has. Used once, by one thread, before anybody publishes to the
 * virtual host; blocks.
 */
final class KeyRecovery {

    private final Topology topology;
    private final Store store;
    private final long nowMs;

    /** By the id of each of its levels. */
    private final Map<Long, Queue> queues = new HashMap<>();

    /** Entries that had left before another one with their key came, which a crash undid. */
    private final Set<Entry> outlived = new HashSet<>();

    /** One message may have entries in several queues, which leave for themselves. */
    private record Entry(Queue queue, long position) {}

    KeyRecovery(Topology topology, Store store, long nowMs) {
        this.topology = topology;
        this.store = store;
        this.nowMs = nowMs;
    }

    /** @throws CatalogException if what was written down of them makes no sense */
    void run(String vhost) {
        try {
            for (Exchange exchange : topology.exchanges()) {
                recover(exchange);
            }
            for (Queue queue : topology.queues()) {
                recover(queue);
            }
            if (!queues.isEmpty()) {
                store.hashes(this::recover);
            }
        } catch (IllegalArgumentException e) {
            throw new CatalogException(vhost, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets those leave again that had left; once everything else is recovered. */
    void endOutlived() {
        try {
            if (!outlived.isEmpty()) {
                store.hashes(this::leave);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void recover(Exchange exchange) throws IOException {
        ExchangeKeys keys = exchange.keys();
        if (keys != null && keys.owner() != ExchangeKeys.NOBODY) {
            keys.recovered(written(keys.owner()), nowMs);
        }
    }

    private void recover(Queue queue) throws IOException {
        Uniqueness uniqueness = queue.uniqueness();
        if (uniqueness != null && queue.hasStore()) {
            uniqueness.recovered(written(queue.id(queue.priorities().usual())));
            for (int level = 0; level < queue.priorities().levels(); level++) {
                queues.put(queue.id(level), queue);
            }
        }
    }

    private List<byte[]> written(long owner) throws IOException {
        List<byte[]> values = new ArrayList<>();
        store.state(owner, (place, value) -> values.add(value));
        return values;
    }

    private void recover(long queueId, long position, long hash, long notBeforeMs) {
        Queue queue = queues.get(queueId);
        Uniqueness uniqueness = queue == null ? null : queue.uniqueness();
        if (queue != null && uniqueness != null) {
            long older = uniqueness.recovered(hash, position, notBeforeMs);
            if (older != 0) {
                outlived.add(new Entry(queue, older));
            }
        }
    }

    private void leave(long queueId, long position, long hash, long notBeforeMs) {
        Queue queue = queues.get(queueId);
        if (queue != null && outlived.contains(new Entry(queue, position))) {
            int level = (int) (queueId - queue.id(0));
            queue.dueSoon(List.of(new StoredDeadline(1, level, position)));
        }
    }
}
