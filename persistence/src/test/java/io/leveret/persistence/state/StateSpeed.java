package io.leveret.persistence.state;

import io.leveret.persistence.PlainMemoryDisk;
import io.leveret.persistence.Position;
import io.leveret.persistence.index.SegmentEntries;
import io.leveret.persistence.index.SegmentIndex;
import io.leveret.persistence.log.LogPlace;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.Target;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * How many records a second a state takes, segments being indexed as they fill up, and what its checkpoint costs then: run
 * {@link #main}, best in a small heap, which 10 million waiting messages must do with.
 */
final class StateSpeed {

    private static final int MESSAGES = 10_000_000;
    private static final int PER_SEGMENT = 250_000;

    private final String name;
    private final int queues;
    private final PlainMemoryDisk disk = new PlainMemoryDisk();
    private final StoreState state = new StoreState((segment, queueId, ordinal) -> new int[0]);
    private final List<List<Target>> targets;

    private StateSpeed(String name, int queues) {
        this.name = name;
        this.queues = queues;
        this.targets = LongStream.rangeClosed(1, queues)
                .mapToObj(id -> List.of(Target.of(id)))
                .toList();
        LongStream.rangeClosed(1, queues).forEach(state::addQueue);
    }

    public static void main(String[] args) throws IOException {
        for (int round = 0; round < 2; round++) {
            new StateSpeed("one queue, all waiting", 1).run(MESSAGES);
            new StateSpeed("one queue, settled soon", 1).run(1000);
            new StateSpeed("10,000 queues, all waiting", 10_000).run(MESSAGES);
            new StateSpeed("10,000 queues, settled soon", 10_000).run(100_000);
        }
    }

    /** @param backlog how many messages wait before the oldest is settled */
    private void run(int backlog) throws IOException {
        long indexing = 0;
        long begin = System.nanoTime();
        for (int i = 0; i < MESSAGES; i++) {
            int ordinal = i % PER_SEGMENT;
            state.publish(position(i), new Content(64 + ordinal * 1100L, 60, 1024, i), targets.get(i % queues));
            if (i >= backlog) {
                state.settle(1L + (i - backlog) % queues, new long[] {position(i - backlog)});
            }
            if (ordinal == PER_SEGMENT - 1) {
                indexing += index();
            }
        }
        long records = System.nanoTime() - begin - indexing;
        long count = MESSAGES + Math.max(0L, MESSAGES - backlog);
        begin = System.nanoTime();
        new Checkpoint(1, new LogPlace(1, 0, 0), new TreeMap<>(), state).write(disk);
        System.out.printf(
                Locale.ROOT,
                "%-28s %6.2f M records/s, index of a segment %5.0f ms, checkpoint %4.0f ms, %5.2f MB, live %d%n",
                name,
                count * 1e3 / records,
                indexing / 1e6 / ((double) MESSAGES / PER_SEGMENT),
                (System.nanoTime() - begin) / 1e6,
                disk.bytes(Checkpoint.fileName(1)).length / 1e6,
                state.segments().values().stream()
                        .mapToLong(SegmentUse::liveEntries)
                        .sum());
    }

    private long index() throws IOException {
        long begin = System.nanoTime();
        for (SegmentEntries entries : List.copyOf(state.unindexed())) {
            SegmentIndex.write(disk, entries, 0);
            disk.delete(SegmentIndex.fileName(entries.segment(), 0));
            state.indexed(entries.segment());
        }
        return System.nanoTime() - begin;
    }

    private static long position(int message) {
        return Position.of(1L + message / PER_SEGMENT, message % PER_SEGMENT);
    }
}
