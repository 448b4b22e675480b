package io.leveret.persistence.disk;

import java.io.IOException;
import java.util.function.Supplier;

/**
 * Runs a scenario once for each operation on its disk, with the power going off at that operation, and has what is left checked; at
 * last once without a cut.
 */
public final class CrashAtEveryWrite {

    private CrashAtEveryWrite() {}

    /** What uses a disk and what must hold whenever the power went off; a new one for each run. */
    public interface Scenario {

        /** Uses the disk until it is done or the disk throws. An exception is a failure only if the power is on. */
        void run(MemoryDisk disk) throws Exception;

        /** Opens what is left and checks it. */
        void check(MemoryDisk left) throws Exception;
    }

    /**
     * @param seeds how many outcomes of each cut are tried
     * @return how many operations the scenario has
     */
    public static long run(int seeds, Supplier<? extends Scenario> scenarios) {
        return run(seeds, new MemoryDisk(), scenarios);
    }

    /**
     * As the other, each run on a copy of a disk that was prepared.
     *
     * @param prepared is not changed; all that it has is taken for forced
     */
    public static long run(int seeds, MemoryDisk prepared, Supplier<? extends Scenario> scenarios) {
        long operation = 1;
        while (cutAt(operation, seeds, prepared, scenarios)) {
            operation++;
        }
        return operation - 1;
    }

    private static boolean cutAt(
            long operation, int seeds, MemoryDisk prepared, Supplier<? extends Scenario> scenarios) {
        for (int seed = 0; seed < seeds; seed++) {
            Scenario scenario = scenarios.get();
            MemoryDisk disk = prepared.killed();
            disk.faults().at(operation, Faults.Kind.POWER_CUT);
            try {
                runUntilCut(scenario, disk);
                scenario.check(disk.crash(operation * 31 + seed));
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "with the power cut at operation " + operation + ", seed " + seed + ": "
                                + disk.faults().last(),
                        e);
            }
            if (!disk.faults().powerIsOff()) {
                return false;
            }
        }
        return true;
    }

    private static void runUntilCut(Scenario scenario, MemoryDisk disk) throws Exception {
        try {
            scenario.run(disk);
        } catch (IOException | RuntimeException e) {
            if (!disk.faults().powerIsOff()) {
                throw e;
            }
        }
    }
}
