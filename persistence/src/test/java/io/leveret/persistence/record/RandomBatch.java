package io.leveret.persistence.record;

import io.leveret.persistence.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Fills a batch with records of all kinds, and tells what a reader should see of them. */
final class RandomBatch {

    private final RandomGenerator random;
    private final RecordedRecords expected = new RecordedRecords();
    private final long segment;
    private int ordinal;

    RandomBatch(RandomGenerator random, long segment, int firstOrdinal) {
        this.random = random;
        this.segment = segment;
        this.ordinal = firstOrdinal;
    }

    RecordedRecords expected() {
        return expected;
    }

    void fill(Batch batch, int records) {
        for (int i = 0; i < records; i++) {
            addRecord(batch);
        }
    }

    private void addRecord(Batch batch) {
        long queue = number();
        long position = number();
        switch (random.nextInt(10)) {
            case 0 -> addPublish(batch);
            case 1 -> addSettle(batch, queue);
            case 2 -> {
                batch.deliveredThrough(queue, position);
                expected.deliveredThrough(queue, position);
            }
            case 3 -> {
                int count = random.nextInt(Integer.MAX_VALUE);
                batch.update(queue, position, count, queue);
                expected.update(queue, position, count, queue);
            }
            case 4 -> {
                long[] except = random.longs(random.nextInt(4), 0, Math.max(1, position))
                        .sorted()
                        .toArray();
                batch.purge(queue, position, except);
                expected.purge(queue, position, except);
            }
            case 5 -> {
                batch.addQueue(queue);
                expected.addQueue(queue);
            }
            case 6 -> {
                batch.deleteQueue(queue);
                expected.deleteQueue(queue);
            }
            case 7 -> {
                byte[] key = bytes(20);
                byte[] value = random.nextBoolean() ? bytes(300) : null;
                batch.catalog(key, value);
                expected.catalog(key, value);
            }
            case 8 -> {
                byte[] prefix = bytes(20);
                batch.removeFromCatalog(prefix);
                expected.removeFromCatalog(prefix);
            }
            default -> {
                byte[] key = bytes(20);
                byte[] value = random.nextBoolean() ? bytes(300) : null;
                batch.state(queue, key, value);
                expected.state(queue, key, value);
            }
        }
    }

    private void addPublish(Batch batch) {
        byte[] headA = bytes(10);
        byte[] headB = bytes(10);
        byte[] body = bytes(100);
        int gap = random.nextInt(4) == 0 ? random.nextInt(100) : 0;
        batch.publishAfterGap(gap, headA, headB, body);
        List<Target> targets = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            targets.add(target());
        }
        targets.forEach(batch::target);
        ordinal += gap;
        expected.publish(
                Position.of(segment, ordinal), new Content(0, headA.length + headB.length, body.length, 0), targets);
        ordinal++;
    }

    private void addSettle(Batch batch, long queue) {
        // The record after it must be another's, or the two would be one.
        long[] settled = random.longs(random.nextInt(1, 200), 0, Long.MAX_VALUE).toArray();
        for (long position : settled) {
            batch.settle(queue, position);
        }
        batch.addQueue(queue);
        expected.settle(queue, settled);
        expected.addQueue(queue);
    }

    private Target target() {
        if (random.nextBoolean()) {
            return Target.of(number());
        }
        return new Target(
                number(),
                random.nextBoolean() ? number() : 0,
                random.nextInt(256),
                random.nextBoolean() ? random.nextLong() : 0);
    }

    private long number() {
        return random.nextLong() >>> random.nextInt(1, 64);
    }

    private byte[] bytes(int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }
}
