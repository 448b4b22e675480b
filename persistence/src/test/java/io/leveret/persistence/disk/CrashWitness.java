package io.leveret.persistence.disk;

import java.io.IOException;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Has the power go off before an operation on a disk that a test uses, whatever the test is about, and has what is left looked at. While
 * there is little on the disk every operation is tried; later some are, and most of the seldom ones. With {@code -Dsoak.full=true} all
 * are. What it sees fails the test by {@link CrashVerdict}.
 */
public abstract class CrashWitness {

    private static final boolean FULL = Boolean.getBoolean("soak.full");

    /** What a try may cost if every operation is to be tried: what a witness counts costs 1 each, 256 bytes on the disk 1. */
    private static final long AFFORDED = 200;

    /** Of all that is no write and no force of a segment. */
    private static final long AFFORDED_FOR_SELDOM = 5 * AFFORDED;

    private static final long LEAST_COST = 50;
    private static final int COST_BYTES = 256;

    private final MemoryDisk disk;
    private final Random random = new Random(1);
    private final Consumer<String> told = this::before;
    private final CrashVerdict verdict = CrashVerdict.current();
    private int tries;

    protected CrashWitness(MemoryDisk disk) {
        this.disk = disk;
    }

    /** Nobody watches the disk from here on; who did has a last look. */
    protected static void endAll(MemoryDisk disk) {
        CrashVerdict.current().endAll(disk);
        disk.faults().unwatch();
    }

    /** Watches the disk, in place of who did. */
    protected final void watch() {
        verdict.add(this);
        disk.faults().watch(told);
    }

    /** Learns what is certain by now: called before each operation, and at the end. */
    protected abstract void noteCertain();

    /** About how many comparisons a look costs. */
    protected abstract long comparisons();

    /** Fails if what a power cut left is not what should be. */
    protected abstract void look(MemoryDisk left) throws IOException;

    /** What is certain and what is not, for the message of a failure. */
    protected abstract String expected();

    /** How often the power went off. */
    public final int tries() {
        return tries;
    }

    final boolean isOf(MemoryDisk other) {
        return disk.equals(other);
    }

    /** Once more, if nobody else watches by now. */
    final void end() {
        if (disk.faults().isWatchedBy(told)) {
            look("the end", true);
        }
    }

    private void before(String operation) {
        look(operation, false);
    }

    private void look(String before, boolean surely) {
        long done = disk.faults().operations();
        try {
            noteCertain();
            if (surely || isTried(before)) {
                tries++;
                MemoryDisk left = disk.crash(done);
                left.capacity(Integer.MAX_VALUE);
                look(left);
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            throw verdict.found(new AssertionError(
                    "had the power gone off after %d operations, before: %s (%s)".formatted(done, before, expected()),
                    e));
        }
    }

    private boolean isTried(String operation) {
        boolean seldom = !operation.startsWith("write") && !operation.startsWith("force 0");
        long cost = LEAST_COST + comparisons() + disk.usedBytes() / COST_BYTES;
        return FULL || random.nextLong(cost) < (seldom ? AFFORDED_FOR_SELDOM : AFFORDED);
    }
}
