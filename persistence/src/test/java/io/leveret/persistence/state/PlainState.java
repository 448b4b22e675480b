package io.leveret.persistence.state;

import io.leveret.persistence.Position;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.RecordSink;
import io.leveret.persistence.record.Target;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the records of a log come to, kept entry by entry: slow, and simple enough to be right. */
final class PlainState implements RecordSink {

    final TreeMap<Long, PlainQueue> queues = new TreeMap<>();
    final Map<String, String> catalog = new HashMap<>();
    final Map<String, String> states = new HashMap<>();

    static final class PlainQueue {
        final TreeMap<Long, Entry> entries = new TreeMap<>();
        final TreeMap<Long, List<Long>> updates = new TreeMap<>();
        long deliveredThrough;
        long purgedThrough;

        long live() {
            return entries.values().stream().filter(entry -> entry.live).count();
        }

        private void settle(long position) {
            Entry entry = entries.get(position);
            if (entry != null) {
                entry.live = false;
                updates.remove(position);
            }
        }
    }

    static final class Entry {
        final int length;
        final int share;
        boolean live = true;

        Entry(int length, int share) {
            this.length = length;
            this.share = share;
        }
    }

    @Override
    public void publish(long position, Content content, List<Target> targets) {
        List<PlainQueue> known = targets.stream()
                .map(target -> queues.get(target.queueId()))
                .filter(queue -> queue != null)
                .toList();
        for (PlainQueue queue : known) {
            queue.entries.put(position, new Entry(content.length(), content.length() / known.size()));
            if (position <= queue.purgedThrough) {
                queue.settle(position);
            }
        }
    }

    @Override
    public void settle(long queueId, long[] positions) {
        PlainQueue queue = queues.get(queueId);
        if (queue != null) {
            Arrays.stream(positions).forEach(queue::settle);
        }
    }

    @Override
    public void deliveredThrough(long queueId, long position) {
        PlainQueue queue = queues.get(queueId);
        if (queue != null) {
            queue.deliveredThrough = Math.max(queue.deliveredThrough, position);
        }
    }

    @Override
    public void update(long queueId, long position, int deliveryCount, long notBeforeMs) {
        PlainQueue queue = queues.get(queueId);
        if (queue != null && isLive(queueId, position)) {
            queue.updates.put(position, List.of((long) deliveryCount, notBeforeMs));
        }
    }

    @Override
    public void purge(long queueId, long throughPosition, long[] except) {
        PlainQueue queue = queues.get(queueId);
        if (queue == null) {
            return;
        }
        List<Long> kept = Arrays.stream(except).boxed().toList();
        for (long position : queue.entries.headMap(throughPosition, true).keySet()) {
            if (!kept.contains(position)) {
                queue.settle(position);
            }
        }
        queue.purgedThrough = Math.max(queue.purgedThrough, throughPosition);
    }

    @Override
    public void addQueue(long queueId) {
        queues.putIfAbsent(queueId, new PlainQueue());
    }

    @Override
    public void deleteQueue(long queueId) {
        queues.remove(queueId);
        states.keySet().removeIf(key -> key.startsWith(queueId + "/"));
    }

    @Override
    public void catalog(byte[] key, byte @Nullable [] value) {
        set(catalog, Arrays.toString(key), value);
    }

    @Override
    public void removeFromCatalog(byte[] keyPrefix) {
        String numbers = Arrays.toString(keyPrefix);
        String start = numbers.substring(0, numbers.length() - 1);
        catalog.keySet().removeIf(key -> keyPrefix.length == 0 || key.startsWith(start + ",") || key.equals(numbers));
    }

    @Override
    public void state(long owner, byte[] key, byte @Nullable [] value) {
        if (queues.containsKey(owner)) {
            set(states, owner + "/" + Arrays.toString(key), value);
        }
    }

    boolean isLive(long queueId, long position) {
        PlainQueue queue = queues.get(queueId);
        Entry entry = queue == null ? null : queue.entries.get(position);
        return entry != null && entry.live;
    }

    /** The live entries of a segment's queue. */
    List<Entry> live(PlainQueue queue, long segment) {
        return queue
                .entries
                .subMap(Position.of(segment, 0), true, Position.of(segment, Position.MAX_ORDINAL), true)
                .values()
                .stream()
                .filter(entry -> entry.live)
                .toList();
    }

    private static void set(Map<String, String> map, String key, byte @Nullable [] value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, Arrays.toString(value));
        }
    }
}
