package io.leveret.persistence.store;

import io.leveret.persistence.Position;
import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.DiskFile;
import io.leveret.persistence.log.LogResources;
import io.leveret.persistence.log.ManualBackground;
import io.leveret.persistence.log.WriteBuffers;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.store.CompactionBoundTest.Pattern;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Publishes messages to a store, lets some of them die some time later, and knows what is left. Owned by a test. */
final class StoreLoad {

    /** More would take a whole segment in small, and less a force for every few at scale. */
    private static final int BATCHES_OF_A_SEGMENT = 6;

    private static final int LARGEST_BATCH = 1_000;
    private static final int QUEUES = 4;
    private static final int BATCH_MS = 100;
    private static final int MOST_ROUNDS = 500;
    private static final int ROUNDS_AT_REST = 4;

    private final Disk disk;
    private final StoreSettings settings;
    private final Random random;
    private final int largestBatch;
    private final ManualBackground background = new ManualBackground();
    private final LogResources resources =
            new LogResources(background, background, new WriteBuffers(1 << 20), background);
    private final Listener listener = new Listener();
    private final DiskStore store;
    private final Batch batch = new Batch();
    /** What will die, in no order. */
    private final List<Dying> dying = new ArrayList<>();

    private int published;
    private long publishedBytes;
    private long liveBytes;
    private long liveEntries;
    private long segment;

    private record Dying(long queue, long position) {}

    /** A message that comes to a queue. */
    record Birth(int number, long queue, boolean isFirstOfItsSegment) {}

    private static final class Listener implements StoreListener {

        private int failures;

        @Override
        public void durable() {}

        @Override
        public void full(boolean full) {
            failures++;
        }

        @Override
        public void failed(Throwable cause) {
            throw new IllegalStateException(cause);
        }
    }

    StoreLoad(Disk disk, StoreSettings settings, Random random) throws IOException {
        this.disk = disk;
        this.settings = settings;
        this.random = random;
        this.largestBatch = Math.min(LARGEST_BATCH, settings.log().segmentMessages() / BATCHES_OF_A_SEGMENT);
        this.store = DiskStore.open(disk, settings, resources, listener);
        for (long queue = 1; queue <= QUEUES; queue++) {
            batch.addQueue(queue);
        }
        append();
    }

    /** Goes on until the log has had so many segments. */
    void run(Pattern pattern, int segments) {
        while (segment < segments) {
            publishSome(pattern);
            settle(random.nextInt(dying.size() + 1));
        }
        settle(dying.size());
    }

    /** Lets time pass until nothing changes any more. */
    void catchUp() throws IOException {
        long before = -1;
        for (int round = 0, rested = 0; rested < ROUNDS_AT_REST; round++) {
            background.pass(settings.checkpointMs());
            long now = logBytes() + generations();
            rested = now == before ? rested + 1 : 0;
            before = now;
            if (round == MOST_ROUNDS) {
                throw new AssertionError("compaction does not come to rest in " + MOST_ROUNDS + " checkpoints");
            }
        }
        if (listener.failures > 0) {
            throw new AssertionError("the disk was full");
        }
    }

    long publishedBytes() {
        return publishedBytes;
    }

    /** Of messages that are in some queue. */
    long liveBytes() {
        return liveBytes;
    }

    /** Over all queues, as published and settled. */
    long liveEntries() {
        return liveEntries;
    }

    /** Over all queues, as the next start finds them. */
    long storedEntries() throws IOException {
        store.close();
        try (DiskStore again = DiskStore.open(disk, settings, resources, listener)) {
            return again.queues().values().stream()
                    .mapToLong(StoredQueue::entries)
                    .sum();
        }
    }

    long logBytes() throws IOException {
        Disk log = disk.folder("log");
        long bytes = 0;
        for (String segmentFile : segmentFiles()) {
            try (DiskFile file = log.open(segmentFile)) {
                bytes += file.size();
            }
        }
        return bytes;
    }

    /** How often segments that are left were written anew. */
    long generations() throws IOException {
        return segmentFiles().stream()
                .mapToLong(name -> Long.parseLong(name.substring(name.indexOf('.') + 1, name.lastIndexOf('.'))))
                .sum();
    }

    private List<String> segmentFiles() throws IOException {
        return disk.folder("log").list().stream()
                .filter(name -> name.endsWith(".seg"))
                .toList();
    }

    private void publishSome(Pattern pattern) {
        List<long[]> queues = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        int count = 1 + random.nextInt(largestBatch);
        for (int i = 0; i < count; i++) {
            byte[] body = new byte[pattern.bytes(random)];
            long[] targets = pattern.queues(published + i);
            batch.publish(new byte[0], new byte[0], body);
            for (long queue : targets) {
                batch.target(queue);
            }
            queues.add(targets);
            sizes.add(body.length);
        }
        long first = append();
        for (int i = 0; i < count; i++) {
            born(pattern, first + i, queues.get(i), sizes.get(i), i == 0 && Position.segment(first) > segment);
        }
        segment = Position.segment(first);
    }

    private void born(Pattern pattern, long position, long[] queues, int bytes, boolean isFirstOfItsSegment) {
        long live = 0;
        for (long queue : queues) {
            if (pattern.dies(new Birth(published, queue, isFirstOfItsSegment), random)) {
                dying.add(new Dying(queue, position));
            } else {
                live++;
            }
        }
        published++;
        publishedBytes += bytes;
        liveBytes += live > 0 ? bytes : 0;
        liveEntries += live;
    }

    private void settle(int count) {
        for (int i = 0; i < count; i++) {
            // The last one takes the place of the one that goes, so that none is dear to remove.
            Dying last = dying.remove(dying.size() - 1);
            int at = random.nextInt(dying.size() + 1);
            Dying settled = at < dying.size() ? dying.set(at, last) : last;
            batch.settle(settled.queue(), settled.position());
            if (i % largestBatch == largestBatch - 1) {
                append();
            }
        }
        append();
    }

    private long append() {
        if (batch.isEmpty()) {
            return 0;
        }
        store.append(batch);
        background.pass(BATCH_MS);
        return batch.firstPosition();
    }
}
