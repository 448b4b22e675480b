package io.leveret.persistence.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leveret.persistence.Position;
import io.leveret.persistence.record.Target;
import io.leveret.persistence.store.PlainStore.Message;
import io.leveret.persistence.store.PlainStore.PlainQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Random batches for a store, remembered, so that what any number of them come to can be told. */
final class StoreHistory {

    /** Each batch counts itself up in the catalog: so a recovered store tells how many it has. */
    static final String COUNTER = "batches";

    private static final int MAX_QUEUES = 6;

    /** So many that some keys begin with others. */
    private static final int KEYS = 30;

    private final Random random;
    private final int meanLength;
    private final List<List<Consumer<PlainStore>>> batches = new ArrayList<>();
    private PlainStore now = new PlainStore();
    private int nextNumber;
    private long nextQueueId = 1;

    /** The batch that is gathered has messages. */
    private boolean publishes;

    StoreHistory(Random random, int meanLength) {
        this.random = random;
        this.meanLength = meanLength;
    }

    /** Another one that has what this one has, and goes on by itself. */
    StoreHistory copy(Random other) {
        StoreHistory copy = new StoreHistory(other, meanLength);
        copy.batches.addAll(batches);
        copy.now = after(size());
        copy.nextNumber = nextNumber;
        copy.nextQueueId = nextQueueId;
        return copy;
    }

    int size() {
        return batches.size();
    }

    /** What all batches come to. */
    PlainStore now() {
        return now;
    }

    /** What the first batches come to. */
    PlainStore after(int count) {
        PlainStore plain = new PlainStore();
        batches.subList(0, count).forEach(batch -> batch.forEach(change -> change.accept(plain)));
        return plain;
    }

    /** The rest was lost in a crash. */
    void cut(int count) {
        batches.subList(count, batches.size()).clear();
        now = after(count);
    }

    /** Appends a random batch. */
    void append(StoreUnderTest store) {
        publishes = false;
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            addRecord(store.store, store.batch);
        }
        store.batch.catalog(
                COUNTER.getBytes(UTF_8), Integer.toString(batches.size() + 1).getBytes(UTF_8));
        List<Consumer<PlainStore>> changes = store.append();
        changes.forEach(change -> change.accept(now));
        batches.add(changes);
    }

    private void addRecord(Store store, RecordedBatch batch) {
        int dice = random.nextInt(100);
        if (now.queues.isEmpty() || (dice < 4 && now.queues.size() < MAX_QUEUES)) {
            batch.addQueue(nextQueueId++);
        } else if (dice < 50) {
            publish(batch);
        } else if (dice < 75) {
            settle(batch);
        } else if (dice < 84) {
            update(batch);
        } else if (dice < 88) {
            long queueId = anyQueue();
            long position = anyPosition(queueId, store);
            batch.deliveredThrough(queueId, position);
        } else if (dice < 92) {
            purge(batch, store);
        } else if (dice < 95) {
            set(batch);
        } else if (dice < 99) {
            removeRange(batch);
        } else {
            batch.deleteQueue(anyQueue());
        }
    }

    private void publish(RecordedBatch batch) {
        int length = random.nextInt(20) == 0 ? meanLength * 20 : random.nextInt(meanLength * 2);
        Message message = Message.of(nextNumber++, length);
        List<Target> targets = new ArrayList<>();
        for (long queueId : now.queues.keySet()) {
            if (random.nextInt(3) == 0) {
                boolean plain = random.nextBoolean();
                targets.add(new Target(
                        queueId, plain ? 0 : 1_000_000 + random.nextInt(9), random.nextInt(3), plain ? 0 : 77));
            }
        }
        if (targets.isEmpty()) {
            targets.add(Target.of(anyQueue()));
        }
        batch.publish(message.head(), new byte[0], message.body());
        targets.forEach(batch::target);
        publishes = true;
    }

    private void settle(RecordedBatch batch) {
        long queueId = anyQueue();
        PlainQueue queue = now.queues.get(queueId);
        List<Long> live = queue == null ? List.of() : List.copyOf(queue.live.keySet());
        boolean inOrder = random.nextInt(3) > 0;
        for (int i = random.nextInt(1, 8); i > 0 && !live.isEmpty(); i--) {
            long position = live.get(inOrder ? Math.min(i - 1, live.size() - 1) : random.nextInt(live.size()));
            batch.settle(queueId, position);
        }
    }

    private void update(RecordedBatch batch) {
        long queueId = anyQueue();
        PlainQueue queue = now.queues.get(queueId);
        if (queue == null || queue.live.isEmpty()) {
            return;
        }
        List<Long> live = List.copyOf(queue.live.keySet());
        long position = live.get(random.nextInt(live.size()));
        int count = random.nextInt(1, 9);
        long notBeforeMs = random.nextBoolean() ? 0 : 5_000_000 + count;
        batch.update(queueId, position, count, notBeforeMs);
    }

    private void purge(RecordedBatch batch, Store store) {
        if (random.nextInt(3) > 0 || publishes) {
            return;
        }
        long queueId = anyQueue();
        long through = anyPosition(queueId, store);
        List<Long> except = new ArrayList<>();
        PlainQueue queue = now.queues.get(queueId);
        if (queue != null) {
            queue.live.headMap(through, true).keySet().stream()
                    .filter(position -> random.nextInt(4) == 0)
                    .forEach(except::add);
        }
        batch.purge(queueId, through, except.stream().mapToLong(Long::longValue).toArray());
    }

    private void set(RecordedBatch batch) {
        String key = anyKey();
        String value = random.nextInt(4) == 0 ? "" : "v".repeat(random.nextInt(1, 300));
        byte[] bytes = value.isEmpty() ? null : value.getBytes(UTF_8);
        if (random.nextBoolean()) {
            batch.catalog(key.getBytes(UTF_8), bytes);
        } else {
            batch.state(anyQueue(), key.getBytes(UTF_8), bytes);
        }
    }

    private void removeRange(RecordedBatch batch) {
        String key = anyKey();
        // Now and then the whole catalog; each batch sets the counter last.
        int length = random.nextInt(8) == 0 ? random.nextInt(4) : random.nextInt(4, key.length() + 1);
        String prefix = key.substring(0, length);
        batch.removeFromCatalog(prefix.getBytes(UTF_8));
    }

    private String anyKey() {
        return "key" + random.nextInt(KEYS);
    }

    private long anyPosition(long queueId, Store store) {
        PlainQueue queue = now.queues.get(queueId);
        if (queue == null || queue.live.isEmpty() || random.nextInt(4) == 0) {
            return Math.max(Position.of(1, 0), store.nextPosition() - 1);
        }
        List<Long> live = List.copyOf(queue.live.keySet());
        return live.get(random.nextInt(live.size()));
    }

    /** One that is in use, mostly; else one that was. Never one that is yet to come, since it could come in the same batch. */
    private long anyQueue() {
        List<Long> ids = List.copyOf(now.queues.keySet());
        return ids.isEmpty() || random.nextInt(10) == 0
                ? random.nextLong(1, nextQueueId)
                : ids.get(random.nextInt(ids.size()));
    }
}
