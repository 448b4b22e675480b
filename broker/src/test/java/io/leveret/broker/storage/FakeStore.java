package io.leveret.broker.storage;

import io.leveret.broker.storage.FakeStoreState.EntryKey;
import io.leveret.broker.storage.FakeStoreState.Stored;
import io.leveret.broker.storage.FakeStoreState.Update;
import io.leveret.persistence.Position;
import io.leveret.persistence.log.StoreFailedException;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.BatchReader;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.CorruptRecordException;
import io.leveret.persistence.record.RecordSink;
import io.leveret.persistence.record.SealedBatch;
import io.leveret.persistence.record.Target;
import io.leveret.persistence.store.DueEntries;
import io.leveret.persistence.store.DueEntry;
import io.leveret.persistence.store.DueIndex;
import io.leveret.persistence.store.HashedEntry;
import io.leveret.persistence.store.ListedEntry;
import io.leveret.persistence.store.Store;
import io.leveret.persistence.store.StoredEntry;
import io.leveret.persistence.store.StoredQueue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** A store that does at once what the records say, in maps. What was appended is durable; it can be opened again. */
public final class FakeStore implements Store {

    private final FakeStoreState state;
    private final BatchReader reader = new BatchReader();
    private long batches;
    private boolean failed;
    private long failsAfter = Long.MAX_VALUE;
    private boolean held;
    private long durable;
    private long durableThrough;
    private long readBytes;
    private int forces;
    private long pendingBytes;
    private boolean full;
    private boolean exhausted;
    private boolean exhaustedAppends;
    private final Set<Long> damaged = new TreeSet<>();
    private boolean statesDamaged;
    private final List<Integer> dueLimits = new ArrayList<>();
    private final Set<DueEntry> dueFound = new HashSet<>();
    private final Map<String, Runnable> beforeSearch = new HashMap<>();

    public FakeStore() {
        this(new FakeStoreState());
    }

    private FakeStore(FakeStoreState state) {
        this.state = state;
    }

    /** The store as it is found after a restart. */
    public FakeStore reopen() {
        return new FakeStore(state);
    }

    /** How many batches were appended since it was opened. */
    public synchronized long batches() {
        return batches;
    }

    /** The positions of the live entries of a queue. */
    public synchronized List<Long> positions(long queueId) {
        return List.copyOf(state.entries(queueId).keySet());
    }

    /** How many octets of bodies were read since it was opened. */
    public synchronized long readBytes() {
        return readBytes;
    }

    /** How often somebody waited until all is durable. */
    public synchronized int forces() {
        return forces;
    }

    /** Nothing further becomes durable until {@link #release}. */
    public synchronized void hold() {
        held = true;
        durable = batches;
        durableThrough = nextPosition();
    }

    /** All that was appended is durable. Who waits has to be told. */
    public synchronized void release() {
        held = false;
    }

    /** From now on nothing can be appended. */
    public synchronized void fail() {
        failed = true;
    }

    /** So many more batches can be appended, and no further one. */
    public synchronized void failAfter(long further) {
        failsAfter = batches + further;
    }

    /** Whether an append was refused since it was opened. */
    public synchronized boolean hasEnded() {
        return failed;
    }

    /** So much is appended and not durable, whatever was. */
    public synchronized void pending(long bytes) {
        pendingBytes = bytes;
    }

    /** Whether the disk takes nothing further. */
    public synchronized void full(boolean isFull) {
        full = isFull;
    }

    /** The next read fails for want of memory. */
    public synchronized void exhaust() {
        exhausted = true;
    }

    /** The next append fails for want of memory, when it has emptied the batch. */
    public synchronized void exhaustAppend() {
        exhaustedAppends = true;
    }

    /** No state can be read until it is repaired. */
    public synchronized void damageStates() {
        statesDamaged = true;
    }

    /** These can't be read until they are repaired. */
    public synchronized void damage(List<Long> positions) {
        damaged.addAll(positions);
    }

    public synchronized void repair() {
        damaged.clear();
        statesDamaged = false;
    }

    @Override
    public synchronized long append(Batch batch) {
        SealedBatch sealed = batch.seal();
        if (exhaustedAppends) {
            exhaustedAppends = false;
            throw new OutOfMemoryError("as the test asked for");
        }
        failed |= batches >= failsAfter;
        if (failed) {
            throw new StoreFailedException("the store has failed", null);
        }
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        for (int i = 0; i < sealed.contentCount(); i++) {
            contents.writeBytes(sealed.contents()[i]);
        }
        int first = state.nextOrdinal;
        BatchReader.Frame frame = new BatchReader.Frame(1, first, sealed.records(), 0, sealed.contentLength());
        try {
            state.nextOrdinal =
                    reader.read(frame, sealed.meta(), 0, sealed.metaLength(), new Applied(contents.toByteArray()));
        } catch (CorruptRecordException e) {
            throw new AssertionError("a batch that can't be read", e);
        }
        batch.appended(sealed.ordinals() == 0 ? Position.NONE : Position.of(1, first));
        return ++batches;
    }

    /** Carries out one batch. */
    private final class Applied implements RecordSink {

        private final byte[] contents;

        Applied(byte[] contents) {
            this.contents = contents;
        }

        @Override
        public void publish(long position, Content content, List<Target> targets) {
            int from = (int) content.offset();
            int bodyAt = from + content.headLength();
            byte[] head = Arrays.copyOfRange(contents, from, bodyAt);
            byte[] body = Arrays.copyOfRange(contents, bodyAt, from + content.length());
            for (Target target : targets) {
                TreeMap<Long, Stored> queue = state.queues.get(target.queueId());
                if (queue != null) {
                    queue.put(position, new Stored(head, body, target));
                }
            }
        }

        @Override
        public void settle(long queueId, long[] positions) {
            TreeMap<Long, Stored> queue = state.queues.get(queueId);
            for (long position : positions) {
                if (queue != null && queue.remove(position) == null) {
                    throw new AssertionError("queue " + queueId + " settles " + position + ", which is not live");
                }
            }
        }

        @Override
        public void deliveredThrough(long queueId, long position) {
            state.deliveredThrough.put(queueId, position);
        }

        @Override
        public void update(long queueId, long position, int deliveryCount, long notBeforeMs) {
            if (state.entries(queueId).containsKey(position)) {
                state.updates.put(new EntryKey(queueId, position), new Update(deliveryCount, notBeforeMs));
            }
        }

        @Override
        public void purge(long queueId, long throughPosition, long[] except) {
            TreeSet<Long> kept = new TreeSet<>();
            for (long position : except) {
                kept.add(position);
            }
            TreeMap<Long, Stored> queue = state.queues.get(queueId);
            if (queue != null) {
                queue.headMap(throughPosition, true).keySet().removeIf(position -> !kept.contains(position));
            }
        }

        @Override
        public void addQueue(long queueId) {
            // Two connections may begin the same level of a queue.
            state.queues.putIfAbsent(queueId, new TreeMap<>());
            state.nextQueueId = Math.max(state.nextQueueId, queueId + 1);
        }

        @Override
        public void deleteQueue(long queueId) {
            state.queues.remove(queueId);
            state.states.remove(queueId);
        }

        @Override
        public void catalog(byte[] key, byte @Nullable [] value) {
            if (value != null) {
                state.catalog.put(key, value);
            } else if (state.catalog.remove(key) == null) {
                throw new AssertionError("the catalog has no " + Arrays.toString(key));
            }
        }

        @Override
        public void removeFromCatalog(byte[] keyPrefix) {
            state.catalog
                    .keySet()
                    .removeIf(key -> key.length >= keyPrefix.length
                            && Arrays.equals(key, 0, keyPrefix.length, keyPrefix, 0, keyPrefix.length));
        }

        @Override
        public void state(long owner, byte[] key, byte @Nullable [] value) {
            if (!state.queues.containsKey(owner)) {
                return;
            }
            TreeMap<byte[], byte[]> kept = state.states.computeIfAbsent(owner, any -> new TreeMap<>(Arrays::compare));
            if (value == null) {
                kept.remove(key);
            } else {
                kept.put(key, value);
            }
        }
    }

    @Override
    public synchronized long durableBatch() {
        return held ? durable : batches;
    }

    @Override
    public synchronized long appendedBatch() {
        return batches;
    }

    @Override
    public synchronized long nextPosition() {
        return Position.of(1, state.nextOrdinal);
    }

    @Override
    public synchronized long durablePosition() {
        return held ? durableThrough : nextPosition();
    }

    @Override
    public long updateBytes() {
        return 0;
    }

    @Override
    public synchronized long pendingBytes() {
        return pendingBytes;
    }

    @Override
    public synchronized boolean isFull() {
        return full;
    }

    @Override
    public synchronized void catalog(BiConsumer<byte[], byte[]> sink) {
        state.catalog.forEach(sink);
    }

    @Override
    public synchronized void state(long owner, BiConsumer<byte[], byte[]> sink) throws IOException {
        if (statesDamaged) {
            throw new IOException("damaged states");
        }
        state.states.getOrDefault(owner, new TreeMap<>(Arrays::compare)).forEach(sink);
    }

    @Override
    public synchronized void hashes(HashSink sink) {
        state.queues.forEach((id, entries) -> entries.forEach((position, stored) -> {
            if (stored.target().hash() != 0) {
                Update update = state.updates.getOrDefault(new EntryKey(id, position), new Update(0, 0));
                sink.entry(id, position, stored.target().hash(), update.notBeforeMs());
            }
        }));
    }

    @Override
    public synchronized Map<Long, StoredQueue> queues() {
        Map<Long, StoredQueue> found = new HashMap<>();
        state.queues.forEach((id, entries) -> {
            long bytes = entries.values().stream()
                    .mapToLong(stored -> stored.head().length + stored.body().length)
                    .sum();
            found.put(id, new StoredQueue(id, entries.size(), bytes, 0));
        });
        return found;
    }

    @Override
    public synchronized long nextQueueId() {
        return state.nextQueueId;
    }

    @Override
    public synchronized List<StoredEntry> entries(
            long queueId, int level, long from, long through, int maxEntries, long maxBytes) throws IOException {
        List<StoredEntry> found = new ArrayList<>();
        long bytes = 0;
        for (long position :
                state.entries(queueId).subMap(from, true, through, true).keySet()) {
            if (found.size() == maxEntries || bytes >= maxBytes) {
                break;
            }
            if (damaged.contains(position)) {
                if (found.isEmpty()) {
                    throw new IOException("damaged at " + position);
                }
                break;
            }
            StoredEntry entry = entry(queueId, position);
            if (entry != null) {
                found.add(entry);
                bytes += entry.head().length + entry.body().length;
            }
        }
        return found;
    }

    @Override
    public synchronized List<ListedEntry> list(long queueId, int level, long from, long through, int maxEntries) {
        return state.entries(queueId).subMap(from, true, through, true).keySet().stream()
                .map(position -> entry(queueId, position))
                .filter(Objects::nonNull)
                .limit(maxEntries)
                .map(entry -> new ListedEntry(
                        entry.position(), entry.head().length, entry.body().length, entry.notBeforeMs()))
                .toList();
    }

    @Override
    public synchronized List<StoredEntry> entries(long queueId, long[] positions, long maxBytes) throws IOException {
        if (exhausted) {
            exhausted = false;
            throw new OutOfMemoryError("as the test asked for");
        }
        for (long position : positions) {
            if (damaged.contains(position)) {
                throw new IOException("damaged at " + position);
            }
        }
        List<StoredEntry> found = new ArrayList<>();
        long bytes = 0;
        for (long position : positions) {
            StoredEntry entry = bytes < maxBytes ? entry(queueId, position) : null;
            if (entry != null) {
                found.add(entry);
                bytes += entry.head().length + entry.body().length;
            }
        }
        return found;
    }

    private synchronized @Nullable StoredEntry entry(long queueId, long position) {
        Stored stored = state.entries(queueId).get(position);
        if (stored == null || position >= durablePosition()) {
            return null;
        }
        readBytes += stored.body().length;
        boolean redelivered = position <= state.deliveredThrough.getOrDefault(queueId, Position.NONE);
        Update update = state.updates.getOrDefault(new EntryKey(queueId, position), new Update(0, 0));
        return new StoredEntry(
                position,
                stored.target(),
                update.deliveryCount(),
                update.notBeforeMs(),
                redelivered,
                stored.head(),
                stored.body());
    }

    @Override
    public DueIndex dueIndex(LongPredicate wanted) {
        return (fromMs, afterPosition, toMs, limit) -> due(wanted, fromMs, afterPosition, toMs, limit);
    }

    /** How many deadlines were asked for at once, each time. */
    public synchronized List<Integer> dueLimits() {
        return List.copyOf(dueLimits);
    }

    /** All that was answered to who asked. */
    public synchronized Set<DueEntry> dueFound() {
        return Set.copyOf(dueFound);
    }

    private synchronized DueEntries due(LongPredicate wanted, long fromMs, long afterPosition, long toMs, int limit) {
        dueLimits.add(limit);
        beforeSearch.getOrDefault("deadline", () -> {}).run();
        List<DueEntry> found = new ArrayList<>();
        state.queues.forEach((id, entries) -> entries.forEach((position, stored) -> {
            long deadlineMs = stored.target().deadlineMs();
            boolean isBehind = deadlineMs > fromMs || (deadlineMs == fromMs && position > afterPosition);
            if (wanted.test(id) && deadlineMs != 0 && isBehind && deadlineMs <= toMs && position < durablePosition()) {
                found.add(new DueEntry(deadlineMs, id, position));
            }
        }));
        found.sort(Comparator.comparingLong(DueEntry::deadlineMs).thenComparingLong(DueEntry::position));
        found.subList(Math.min(limit, found.size()), found.size()).clear();
        dueFound.addAll(found);
        return new DueEntries(found, true);
    }

    /** What happens whenever entries are searched by {@code "hash"} or by {@code "deadline"}. */
    public synchronized void beforeSearchBy(String what, Runnable step) {
        beforeSearch.put(what, step);
    }

    @Override
    public synchronized List<HashedEntry> withHashes(long queueId, long[] hashes, long afterPosition, int limit) {
        beforeSearch.getOrDefault("hash", () -> {}).run();
        List<HashedEntry> found = new ArrayList<>();
        state.entries(queueId).tailMap(afterPosition, false).forEach((position, stored) -> {
            long hash = stored.target().hash();
            if (found.size() < limit
                    && position < durablePosition()
                    && hash != 0
                    && Arrays.binarySearch(hashes, hash) >= 0) {
                found.add(new HashedEntry(hash, position));
            }
        });
        return found;
    }

    @Override
    public synchronized void force() {
        forces++;
    }

    @Override
    public void checkpoint() {}

    @Override
    public void close() {}
}
