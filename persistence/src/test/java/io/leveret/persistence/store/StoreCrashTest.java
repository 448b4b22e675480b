package io.leveret.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.disk.CrashAtEveryWrite;
import io.leveret.persistence.disk.Faults;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.SyncMode;
import io.leveret.persistence.record.Target;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The power goes off at each operation on the disk, with checkpoints, indexes and deletions of segments among them, and again while what
 * is left is opened. What was certain is there, in order, whole batches, nothing twice: which the comparison with a plain store shows.
 */
class StoreCrashTest {

    private static final int SEED = 5;

    @Test
    void losesNothingThatWasDurable() {
        long operations = CrashAtEveryWrite.run(2, () -> new Life(SyncMode.FSYNC));
        assertThat(operations).isGreaterThan(120);
    }

    @Test
    void losesNothingThatWasForcedInTheModeOs() {
        long operations = CrashAtEveryWrite.run(2, () -> new Life(SyncMode.OS));
        assertThat(operations).isGreaterThan(60);
    }

    @Test
    void losesNothingThatWasDurableOnADiskThatIsFullForAWhile() {
        assertThat(CrashAtEveryWrite.run(1, () -> Life.onFullDisk(SyncMode.FSYNC)))
                .isGreaterThan(80);
    }

    @Test
    void losesNothingThatWasForcedInTheModeOsOnADiskThatIsFullForAWhile() {
        assertThat(CrashAtEveryWrite.run(1, () -> Life.onFullDisk(SyncMode.OS))).isGreaterThan(50);
    }

    @Test
    void losesNothingWhenThePowerGoesOffAgainWhileItOpens() throws IOException {
        for (int seed = 0; seed < 12; seed++) {
            Life life = new Life(SyncMode.OS);
            MemoryDisk disk = new MemoryDisk();
            disk.faults().at(40 + seed * 9L, Faults.Kind.POWER_CUT);
            untilCut(disk, () -> life.run(disk));
            MemoryDisk left = disk.crash(seed);
            long operation = 1;
            while (openingIsCut(life, left.killed(), operation)) {
                operation++;
            }
            assertThat(operation).isGreaterThan(1);
        }
    }

    private static boolean openingIsCut(Life life, MemoryDisk disk, long operation) throws IOException {
        disk.faults().at(operation, Faults.Kind.POWER_CUT);
        untilCut(
                disk,
                () -> StoreUnderTest.unwatched(disk, life.settings).background.runAll());
        life.check(disk.crash(operation));
        return disk.faults().powerIsOff();
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void untilCut(MemoryDisk disk, Step step) throws IOException {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            if (!disk.faults().powerIsOff()) {
                throw e;
            }
        }
    }

    private static final class Life implements CrashAtEveryWrite.Scenario {

        private static final int BATCHES = 80;
        private static final int BATCHES_ON_FULL_DISK = 50;
        private static final int FULL_FROM = 20;
        private static final int FULL_TO = 35;
        private static final int FOUND_WITHIN_MS = 2000;

        final StoreSettings settings;
        private final Random random = new Random(SEED);
        private final StoreHistory history = new StoreHistory(random, 60);
        private final boolean becomesFull;
        private final int batches;
        private int certain;

        Life(SyncMode mode) {
            this(mode, 0, 0, false);
        }

        private Life(SyncMode mode, int preallocateBytes, int reserveBytes, boolean becomesFull) {
            this.settings =
                    new StoreSettings(new LogSettings(mode, 2000, 40, preallocateBytes, reserveBytes), 5000, 2000);
            this.becomesFull = becomesFull;
            this.batches = becomesFull ? BATCHES_ON_FULL_DISK : BATCHES;
        }

        /** With what is kept for settles, a checkpoint and a compaction while nothing else fits. */
        static Life onFullDisk(SyncMode mode) {
            return new Life(mode, 500, 3000, true);
        }

        @Override
        public void run(MemoryDisk disk) throws IOException {
            StoreUnderTest store = StoreUnderTest.unwatched(disk, settings);
            for (int i = 0; i < batches; i++) {
                fillOrFree(store, i);
                history.append(store);
                if (random.nextInt(3) == 0) {
                    store.background.pass(random.nextInt(900));
                }
                noteCertain(store);
                store.requireNoFailure();
            }
            store.close();
            certain = disk.faults().powerIsOff() ? certain : history.size();
        }

        /** Something else takes the disk, from one batch to another. */
        private void fillOrFree(StoreUnderTest store, int batch) throws IOException {
            if (becomesFull && batch == FULL_FROM) {
                store.background.runAll();
                store.disk.capacity(store.disk.usedBytes());
            } else if (becomesFull && batch == FULL_TO) {
                if (!store.disk.faults().powerIsOff() && !store.heard.contains("full true")) {
                    throw new AssertionError("the disk was never full");
                }
                store.disk.capacity(Integer.MAX_VALUE);
                store.background.pass(FOUND_WITHIN_MS);
            }
        }

        private void noteCertain(StoreUnderTest store) {
            if (settings.log().mode() == SyncMode.FSYNC) {
                certain = (int) store.store.durableBatch();
            } else if (random.nextInt(12) == 0) {
                try {
                    store.force();
                    certain = history.size();
                } catch (IOException e) {
                    // The power went off; the store hears of it.
                }
            }
        }

        @Override
        public void check(MemoryDisk left) throws IOException {
            left.capacity(Integer.MAX_VALUE);
            StoreUnderTest store = StoreUnderTest.unwatched(left, settings);
            int kept = StoreComparison.batchesOf(store.store);
            assertThat(kept).isBetween(certain, history.size());
            PlainStore expected = history.after(kept);
            new StoreComparison(store.store, expected, new Random(1), "after the crash").compareAll();
            goOn(store, expected);
        }

        /** What was kept is certain now, and what comes next finds it. */
        private static void goOn(StoreUnderTest store, PlainStore expected) throws IOException {
            store.background.runAll();
            new StoreComparison(store.store, expected, new Random(2), "going on").compareEntries();
            store.batch.addQueue(99);
            store.append();
            long position = store.publish(12345, 50, 99);
            expected.addQueue(99);
            expected.publish(position, PlainStore.Message.of(12345, 50), List.of(Target.of(99)));
            store.background.runAll();
            store.close();
            StoreUnderTest again = StoreUnderTest.unwatched(store.disk.onlyForced());
            new StoreComparison(again.store, expected, new Random(3), "once more").compareAll();
        }
    }
}
