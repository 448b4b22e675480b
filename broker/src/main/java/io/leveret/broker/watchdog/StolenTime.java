package io.leveret.broker.watchdog;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * For how long the host of a virtual machine gave its processors to others, as Linux counts it; elsewhere always 0. A thread that
 * runs on a processor that is taken away neither uses nor waits for one, so that nothing else tells of it. Used by one thread.
 */
final class StolenTime implements Closeable {

    private static final Path STAT = Path.of("/proc/stat");

    /** In which Linux tells times: a hundredth of a second on every machine. */
    static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** The name, then the times of users, nice ones, the system, idle, waiting for disks, interrupts of two kinds, and what was stolen. */
    private static final int STOLEN_FIELD = 8;

    /** The lines of some hundred processors; they stand first. */
    private static final int BYTES = 64 << 10;

    /** So many ticks: gaps are judged within a second. */
    private static final int KEPT = 1000;

    private record Sample(long nanos, long[] ticks) {}

    private final ProcFigures stat;
    private int processors;
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();

    StolenTime() {
        this(STAT);
    }

    StolenTime(Path stat) {
        this.stat = new ProcFigures(stat, BYTES);
    }

    /** Notes what was stolen so far, unless that was done within the last tick. */
    void look(long nowNanos) {
        if (samples.isEmpty() || nowNanos - samples.getLast().nanos() >= TICK_NANOS) {
            if (samples.size() == KEPT) {
                samples.removeFirst();
            }
            samples.addLast(new Sample(nowNanos, ticks()));
        }
    }

    /** How much one processor lost in this time, of all that which lost most; to one tick exactly. */
    long nanos(long fromNanos, long toNanos) {
        Sample before = null;
        Sample after = null;
        for (Sample each : samples) {
            before = before == null || each.nanos() <= fromNanos ? each : before;
            after = each;
            if (each.nanos() >= toNanos) {
                break;
            }
        }
        return before == null || after == null
                ? 0
                : Math.min(toNanos - fromNanos, TICK_NANOS * mostBetween(before, after));
    }

    private static long mostBetween(Sample before, Sample after) {
        long most = 0;
        for (int i = 0; i < Math.min(before.ticks().length, after.ticks().length); i++) {
            most = Math.max(most, after.ticks()[i] - before.ticks()[i]);
        }
        return most;
    }

    /** Of each processor; none if Linux doesn't tell. */
    private long[] ticks() {
        stat.read();
        long[] ticks = new long[processors];
        int found = 0;
        while (stat.nextLine()) {
            if (stat.isNumbered("cpu")) {
                ticks = found < ticks.length ? ticks : Arrays.copyOf(ticks, found + 1);
                ticks[found++] = stat.figure(STOLEN_FIELD);
            }
        }
        processors = found;
        return found < ticks.length ? Arrays.copyOf(ticks, found) : ticks;
    }

    @Override
    public void close() {
        stat.close();
    }
}
