package io.leveret.persistence.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.Position;
import io.leveret.persistence.store.PlainStore.PlainQueue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares all that a store tells with a plain one. */
final class StoreComparison {

    /** Higher ones are in no test. */
    static final int LEVELS = 3;

    private final Store store;
    private final PlainStore plain;
    private final Random random;
    private final String about;

    StoreComparison(Store store, PlainStore plain, Random random, String about) {
        this.store = store;
        this.plain = plain;
        this.random = random;
        this.about = about;
    }

    /** How many batches of a {@link StoreHistory} a store has, as it was opened. */
    static int batchesOf(Store store) throws IOException {
        return Integer.parseInt(catalog(store).getOrDefault(StoreHistory.COUNTER, "0"));
    }

    static Map<String, String> catalog(Store store) throws IOException {
        Map<String, String> catalog = new TreeMap<>();
        store.catalog((key, value) -> catalog.put(new String(key, UTF_8), new String(value, UTF_8)));
        return catalog;
    }

    /** What an owner keeps, as a plain store has it. */
    static Map<String, String> states(Store store, long owner) throws IOException {
        Map<String, String> states = new TreeMap<>();
        store.state(owner, (key, value) -> states.put(owner + "/" + new String(key, UTF_8), new String(value, UTF_8)));
        return states;
    }

    /** All live entries of a queue's level. */
    static List<StoredEntry> entries(Store store, long queueId, int level) throws IOException {
        List<StoredEntry> all = new ArrayList<>();
        List<StoredEntry> next = store.entries(queueId, level, 0, Long.MAX_VALUE, 100_000, Long.MAX_VALUE);
        while (!next.isEmpty()) {
            all.addAll(next);
            // One that can't be read ends what is read before it, and fails when it is the first.
            long from = next.get(next.size() - 1).position() + 1;
            next = store.entries(queueId, level, from, Long.MAX_VALUE, 100_000, Long.MAX_VALUE);
        }
        return all;
    }

    /** What is only told as it was recovered. */
    void compareAll() throws IOException {
        assertThat(catalog(store)).as(about).isEqualTo(plain.catalog);
        Map<Long, StoredQueue> queues = store.queues();
        assertThat(queues.keySet()).as(about).isEqualTo(plain.queues.keySet());
        for (StoredQueue queue : queues.values()) {
            PlainQueue expected = requireNonNull(plain.queues.get(queue.id()));
            assertThat(queue.entries()).as("%s queue %d", about, queue.id()).isEqualTo(expected.live.size());
            assertThat(queue.bytes() > 0).as(about).isEqualTo(!expected.live.isEmpty());
            assertThat(queue.deliveredThrough()).as(about).isEqualTo(expected.deliveredThrough);
            assertThat(store.nextQueueId()).as(about).isGreaterThan(queue.id());
        }
        compareEntries();
    }

    void compareEntries() throws IOException {
        for (Map.Entry<Long, PlainQueue> queue : plain.queues.entrySet()) {
            for (int level = 0; level < LEVELS; level++) {
                compare(queue.getKey(), level, queue.getValue().stored(level));
            }
            compareSome(queue.getKey(), queue.getValue());
            compareState(queue.getKey());
        }
        assertThat(store.entries(999, 0, 0, Long.MAX_VALUE, 10, 100)).isEmpty();
        compareHashes();
    }

    private void compareHashes() throws IOException {
        List<String> read = new ArrayList<>();
        store.hashes((queueId, position, hash, notBeforeMs) ->
                read.add(queueId + " " + position + " " + hash + " " + notBeforeMs));
        List<String> expected = new ArrayList<>();
        plain.queues.forEach((id, queue) -> queue.live.forEach((position, entry) -> {
            if (entry.target().hash() != 0) {
                long notBeforeMs = queue.stored(position, entry).notBeforeMs();
                expected.add(id + " " + position + " " + entry.target().hash() + " " + notBeforeMs);
            }
        }));
        assertThat(read).as(about).containsExactlyInAnyOrderElementsOf(expected);
    }

    private void compare(long queueId, int level, List<StoredEntry> expected) throws IOException {
        String where = about + " queue " + queueId + " level " + level;
        List<StoredEntry> read = new ArrayList<>();
        long from = 0;
        while (true) {
            int limit = random.nextInt(1, 40);
            List<StoredEntry> some =
                    store.entries(queueId, level, from, Long.MAX_VALUE, limit, random.nextInt(1, 5000));
            assertThat(some).as(where).hasSizeLessThanOrEqualTo(limit);
            if (some.isEmpty()) {
                break;
            }
            read.addAll(some);
            from = some.get(some.size() - 1).position() + 1;
        }
        requireSame(where, read, expected);
        if (!expected.isEmpty()) {
            int first = random.nextInt(expected.size());
            int last = random.nextInt(first, expected.size());
            long low = expected.get(first).position();
            long high = expected.get(last).position();
            requireSame(
                    where,
                    store.entries(queueId, level, low, high, 100_000, Long.MAX_VALUE),
                    expected.subList(first, last + 1));
            compareList(
                    where, store.list(queueId, level, low, high, last - first + 1), expected.subList(first, last + 1));
            compareList(where, store.list(queueId, level, 0, high, 100_000), expected.subList(0, last + 1));
        }
    }

    /** What is listed is the same without the messages. */
    private static void compareList(String about, List<ListedEntry> listed, List<StoredEntry> expected) {
        List<ListedEntry> wanted = expected.stream()
                .map(each ->
                        new ListedEntry(each.position(), each.head().length, each.body().length, each.notBeforeMs()))
                .toList();
        assertThat(listed).as(about).isEqualTo(wanted);
    }

    /** Some of what is live, mixed with what is not. */
    private void compareSome(long queueId, PlainQueue queue) throws IOException {
        TreeSet<Long> wanted = new TreeSet<>();
        List<StoredEntry> expected = new ArrayList<>();
        int every = random.nextInt(1, 8);
        queue.live.forEach((position, entry) -> {
            if (random.nextInt(every) == 0) {
                wanted.add(position);
                expected.add(queue.stored(position, entry));
            }
            if (!queue.live.containsKey(position + 1)) {
                wanted.add(position + 1);
            }
        });
        List<StoredEntry> read = new ArrayList<>();
        while (true) {
            long[] rest = wanted.stream().mapToLong(Long::longValue).toArray();
            List<StoredEntry> some = store.entries(queueId, rest, random.nextInt(1, 5000));
            if (some.isEmpty()) {
                break;
            }
            read.addAll(some);
            wanted.headSet(some.get(some.size() - 1).position(), true).clear();
        }
        requireSame(about + " queue " + queueId, read, expected);
        assertThat(store.entries(queueId, new long[] {store.nextPosition() + 5}, 1))
                .isEmpty();
    }

    private void compareState(long owner) throws IOException {
        Map<String, String> expected = new TreeMap<>(plain.states);
        expected.keySet().removeIf(key -> !key.startsWith(owner + "/"));
        assertThat(states(store, owner)).as(about).isEqualTo(expected);
    }

    private static void requireSame(String about, List<StoredEntry> read, List<StoredEntry> expected) {
        List<String> described = describe(read);
        List<String> wanted = describe(expected);
        if (!described.equals(wanted)) {
            assertThat(described).as(about).containsExactlyElementsOf(wanted);
        }
    }

    private static List<String> describe(List<StoredEntry> entries) {
        return entries.stream()
                .map(entry -> Position.describe(entry.position()) + " " + entry.target() + " "
                        + entry.deliveryCount() + " " + entry.notBeforeMs() + " " + entry.redelivered() + " "
                        + Arrays.toString(entry.head()) + " " + entry.body().length + " "
                        + Arrays.hashCode(entry.body()))
                .toList();
    }
}
