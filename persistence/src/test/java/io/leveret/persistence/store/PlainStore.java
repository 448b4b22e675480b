package io.leveret.persistence.store;

import io.leveret.persistence.record.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a store should hold, kept in plain maps: slow, and simple enough to be right. */
final class PlainStore {

    final TreeMap<Long, PlainQueue> queues = new TreeMap<>();
    final TreeMap<String, String> catalog = new TreeMap<>();
    final TreeMap<String, String> states = new TreeMap<>();

    record Message(byte[] head, byte[] body) {

        /** One whose bytes follow from its number and length. */
        static Message of(int number, int length) {
            byte[] body = new byte[length];
            Arrays.fill(body, (byte) number);
            return new Message(ByteBuffer.allocate(6).putInt(number).array(), body);
        }

        static int numberOf(StoredEntry entry) {
            return ByteBuffer.wrap(entry.head()).getInt();
        }
    }

    record Update(int deliveryCount, long notBeforeMs) {}

    record Entry(Message message, Target target) {}

    static final class PlainQueue {
        final TreeMap<Long, Entry> live = new TreeMap<>();
        final TreeMap<Long, Update> updates = new TreeMap<>();
        long deliveredThrough;
        long purgedThrough;

        private void add(StoredEntry entry) {
            live.put(entry.position(), new Entry(new Message(entry.head(), entry.body()), entry.target()));
            if (entry.deliveryCount() != 0 || entry.notBeforeMs() != 0) {
                updates.put(entry.position(), new Update(entry.deliveryCount(), entry.notBeforeMs()));
            }
        }

        private PlainQueue copy() {
            PlainQueue copy = new PlainQueue();
            copy.live.putAll(live);
            copy.updates.putAll(updates);
            copy.deliveredThrough = deliveredThrough;
            copy.purgedThrough = purgedThrough;
            return copy;
        }

        List<StoredEntry> stored(int level) {
            List<StoredEntry> stored = new ArrayList<>();
            live.forEach((position, entry) -> {
                if (entry.target().level() == level) {
                    stored.add(stored(position, entry));
                }
            });
            return stored;
        }

        StoredEntry stored(long position, Entry entry) {
            Update update = updates.getOrDefault(position, new Update(0, 0));
            return new StoredEntry(
                    position,
                    entry.target(),
                    update.deliveryCount(),
                    update.notBeforeMs(),
                    position <= deliveredThrough,
                    entry.message().head(),
                    entry.message().body());
        }
    }

    /** All that a store has which was just opened. */
    static PlainStore of(Store store) throws IOException {
        PlainStore plain = new PlainStore();
        plain.catalog.putAll(StoreComparison.catalog(store));
        for (StoredQueue stored : store.queues().values()) {
            PlainQueue queue = new PlainQueue();
            queue.deliveredThrough = stored.deliveredThrough();
            for (int level = 0; level < StoreComparison.LEVELS; level++) {
                StoreComparison.entries(store, stored.id(), level).forEach(queue::add);
            }
            plain.queues.put(stored.id(), queue);
            plain.states.putAll(StoreComparison.states(store, stored.id()));
        }
        return plain;
    }

    /** Another one that has what this one has, and goes on by itself. */
    PlainStore copy() {
        PlainStore copy = new PlainStore();
        queues.forEach((id, queue) -> copy.queues.put(id, queue.copy()));
        copy.catalog.putAll(catalog);
        copy.states.putAll(states);
        return copy;
    }

    void publish(long position, Message message, List<Target> targets) {
        for (Target target : targets) {
            PlainQueue queue = queues.get(target.queueId());
            if (queue != null && position > queue.purgedThrough) {
                queue.live.put(position, new Entry(message, target));
            }
        }
    }

    void settle(long queueId, long position) {
        PlainQueue queue = queues.get(queueId);
        if (queue != null) {
            queue.live.remove(position);
            queue.updates.remove(position);
        }
    }

    void update(long queueId, long position, int deliveryCount, long notBeforeMs) {
        PlainQueue queue = queues.get(queueId);
        if (queue != null && queue.live.containsKey(position)) {
            queue.updates.put(position, new Update(deliveryCount, notBeforeMs));
        }
    }

    void deliveredThrough(long queueId, long position) {
        PlainQueue queue = queues.get(queueId);
        if (queue != null) {
            queue.deliveredThrough = Math.max(queue.deliveredThrough, position);
        }
    }

    void purge(long queueId, long through, List<Long> except) {
        PlainQueue queue = queues.get(queueId);
        if (queue != null) {
            queue.live.headMap(through, true).keySet().removeIf(position -> !except.contains(position));
            queue.updates.keySet().retainAll(queue.live.keySet());
            queue.purgedThrough = Math.max(queue.purgedThrough, through);
        }
    }

    void addQueue(long queueId) {
        queues.putIfAbsent(queueId, new PlainQueue());
    }

    void deleteQueue(long queueId) {
        queues.remove(queueId);
        states.keySet().removeIf(key -> key.startsWith(queueId + "/"));
    }

    void removeFromCatalog(String keyPrefix) {
        catalog.keySet().removeIf(key -> key.startsWith(keyPrefix));
    }

    void state(long owner, String key, String value) {
        if (queues.containsKey(owner)) {
            set(states, owner + "/" + key, value);
        }
    }

    static void set(Map<String, String> map, String key, String value) {
        if (value.isEmpty()) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }
}
