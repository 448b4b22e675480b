package io.leveret.persistence.state;

import io.leveret.persistence.PlainMemoryDisk;
import io.leveret.persistence.Position;
import io.leveret.persistence.log.LogPlace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * The state of a store with a great backlog, made without publishing it, and what its checkpoint costs: bench/checkpoint
 * runs {@link #main}. Each of the queues has as many segments; a segment's queues take turns at random, so that a queue's settled entries lie
 * scattered over the segment's ordinals.
 */
final class GeneratedBacklog {

    static final int QUEUES = 10_000;
    static final int SEGMENTS_PER_QUEUE = 10;
    static final int LIVE_PER_PAIR = 1000;

    private static final int ORDINALS = 250_000;
    private static final long QUEUES_PER_SEGMENT = 250;

    private GeneratedBacklog() {}

    /** @param settledPerPair how many entries of each queue are settled between live ones in each of its segments */
    static Checkpoint checkpoint(int settledPerPair) {
        SplittableRandom random = new SplittableRandom(settledPerPair);
        StoreState state = new StoreState((segment, queueId, ordinal) -> new int[0]);
        TreeMap<Long, Long> generations = new TreeMap<>();
        for (int queueId = 1; queueId <= QUEUES; queueId++) {
            QueueState queue = new QueueState(queueId);
            long firstSegment = 1L + (queueId - 1) / QUEUES_PER_SEGMENT * SEGMENTS_PER_QUEUE;
            queue.restore(Position.of(firstSegment, 500), 0);
            for (long segment = firstSegment; segment < firstSegment + SEGMENTS_PER_QUEUE; segment++) {
                queue.restore(backlog(segment, settledPerPair, random));
                generations.put(segment, 0L);
            }
            state.restore(queue);
        }
        return new Checkpoint(settledPerPair, new LogPlace(generations.lastKey() + 1, 64, 0), generations, state);
    }

    private static Backlog backlog(long segment, int settledPerPair, SplittableRandom random) {
        RoaringBitmap settled = new RoaringBitmap();
        while (settled.getCardinality() < settledPerPair) {
            settled.add(random.nextInt(1, ORDINALS));
        }
        long bytes = LIVE_PER_PAIR * 1100L;
        return new Backlog(segment, 0, ORDINALS - 1, LIVE_PER_PAIR, bytes, bytes, settled);
    }

    /**
     * Writes a checkpoint twice and reads it, in memory, and prints its size and the CPU time of each as a JSON object. So that the first is that
     * of a fresh JVM, each further checkpoint wants a JVM of its own.
     *
     * @param args how many entries of each pair are settled
     */
    public static void main(String[] args) throws IOException {
        int settledPerPair = Integer.parseInt(args[0]);
        Checkpoint checkpoint = checkpoint(settledPerPair);
        PlainMemoryDisk disk = new PlainMemoryDisk();
        double first = cpuSeconds(() -> checkpoint.write(disk));
        double second = cpuSeconds(() -> checkpoint.write(disk));
        double read = cpuSeconds(() -> Checkpoint.read(disk, settledPerPair, (a, b, c) -> new int[0]));
        System.out.printf(
                Locale.ROOT,
                "{\"bytes\": %d, \"write_seconds\": %.3f, \"write_again_seconds\": %.3f, \"read_seconds\": %.3f}%n",
                disk.bytes(Checkpoint.fileName(settledPerPair)).length,
                first,
                second,
                read);
    }

    private interface Work {
        void run() throws IOException;
    }

    private static double cpuSeconds(Work work) throws IOException {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        work.run();
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e9;
    }
}
