package io.leveret.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.disk.CrashAtEveryWrite;
import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.SyncMode;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The power goes off at each operation on the disk while a store makes good what is broken: it opens with what it has, is read through,
 * goes on, and is closed. What was certain is there each time, and can be relied on as before.
 */
@ExtendWith(CrashVerdict.class)
class StoreRecoveryCrashTest {

    private final StoreHistory history = new StoreHistory(new Random(3), 60);

    @Test
    void losesNothingWhileItFallsBackToTheCheckpointBefore() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        breakNewestCheckpoint(disk);
        assertThat(CrashAtEveryWrite.run(2, disk, () -> new Use(history, SyncMode.FSYNC, false)))
                .isGreaterThan(40);
    }

    @Test
    void losesNothingWhileItMakesAllIndexesAgain() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        MemoryDisk log = disk.folder("log");
        for (String index : AgedStore.indexes(log)) {
            log.delete(index);
        }
        assertThat(CrashAtEveryWrite.run(1, disk, () -> new Use(history, SyncMode.FSYNC, false)))
                .isGreaterThan(50);
    }

    @Test
    void losesNothingWhileItMakesBrokenAndMissingIndexesAgain() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        MemoryDisk log = disk.folder("log");
        List<String> indexes = AgedStore.indexes(log);
        for (int i = 0; i < indexes.size(); i++) {
            if (i % 3 == 1) {
                log.delete(indexes.get(i));
            } else if (i % 3 == 2) {
                log.flipBit(indexes.get(i), 100, 5);
            }
        }
        assertThat(CrashAtEveryWrite.run(1, disk, () -> new Use(history, SyncMode.FSYNC, false)))
                .isGreaterThan(40);
    }

    @Test
    void losesNothingWhenItIsOpenedAgainAfterAFailedForce() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        assertThat(CrashAtEveryWrite.run(2, disk, () -> new Use(history, SyncMode.FSYNC, true)))
                .isGreaterThan(50);
    }

    @Test
    void losesNothingWhenItIsOpenedAgainAfterAFailedForceInTheModeOs() throws IOException {
        MemoryDisk disk = AgedStore.disk(history);
        assertThat(CrashAtEveryWrite.run(2, disk, () -> new Use(history, SyncMode.OS, true)))
                .isGreaterThan(30);
    }

    private static void breakNewestCheckpoint(MemoryDisk disk) throws IOException {
        List<String> checkpoints = AgedStore.checkpoints(disk);
        disk.flipBit(checkpoints.get(checkpoints.size() - 1), 4000, 3);
    }

    private static final class Use implements CrashAtEveryWrite.Scenario {

        private static final int BATCHES = 8;

        /** In the mode OS. */
        private static final int FORCED_WITHIN_MS = 1000;

        private final StoreSettings settings;
        private final StoreHistory history;
        private final boolean forceFails;
        private int certain;

        Use(StoreHistory before, SyncMode mode, boolean forceFails) {
            this.settings = StoreUnderTest.settings(mode);
            this.history = before.copy(new Random(4));
            this.forceFails = forceFails;
            this.certain = history.size();
        }

        @Override
        public void run(MemoryDisk disk) throws IOException {
            StoreUnderTest store = StoreUnderTest.unwatched(disk, settings);
            readThrough(store.store);
            append(store);
            if (forceFails) {
                failAForce(store);
                store = openAgain(disk);
                append(store);
            }
            store.close();
            certain = history.size();
        }

        /** Whether it reads what it should is for the check: the power may go off on the way. */
        private static void readThrough(Store store) throws IOException {
            for (long queueId : store.queues().keySet()) {
                for (int level = 0; level < StoreComparison.LEVELS; level++) {
                    long from = 0;
                    List<StoredEntry> some = store.entries(queueId, level, from, Long.MAX_VALUE, 40, 5000);
                    while (!some.isEmpty()) {
                        from = some.get(some.size() - 1).position() + 1;
                        some = store.entries(queueId, level, from, Long.MAX_VALUE, 40, 5000);
                    }
                }
            }
        }

        private void append(StoreUnderTest store) throws IOException {
            int opened = history.size();
            for (int i = 0; i < BATCHES; i++) {
                history.append(store);
                store.background.runAll();
                if (settings.log().mode() == SyncMode.FSYNC) {
                    certain = opened + (int) store.store.durableBatch();
                }
                store.requireNoFailure();
            }
        }

        private void failAForce(StoreUnderTest store) throws IOException {
            MemoryDisk disk = store.disk;
            disk.faults().failEach(operation -> operation.startsWith("force 0"));
            history.append(store);
            store.background.runAll();
            store.background.pass(FORCED_WITHIN_MS);
            disk.faults().failEach(operation -> false);
            assertThat(store.failure).isNotNull();
            store.close();
            assertThat(disk.openFiles()).isZero();
        }

        /** What it has now it keeps, though the force failed that should have made it certain. */
        private StoreUnderTest openAgain(MemoryDisk disk) throws IOException {
            StoreUnderTest store = StoreUnderTest.unwatched(disk, settings);
            int kept = StoreComparison.batchesOf(store.store);
            assertThat(kept).isBetween(certain, history.size());
            history.cut(kept);
            certain = kept;
            return store;
        }

        @Override
        public void check(MemoryDisk left) throws IOException {
            StoreUnderTest store = StoreUnderTest.unwatched(left, settings);
            int kept = StoreComparison.batchesOf(store.store);
            assertThat(kept).isBetween(certain, history.size());
            PlainStore expected = history.after(kept);
            compareAll(store, expected, "after the crash");
            store.background.runAll();
            store.close();
            assertThat(left.list()).noneMatch(name -> name.endsWith(".tmp"));
            assertThat(store.files(".tmp")).isEmpty();
            compareAll(StoreUnderTest.unwatched(left.onlyForced(), settings), expected, "once more");
            breakNewestCheckpoint(left);
            compareAll(
                    StoreUnderTest.unwatched(left.onlyForced(), settings), expected, "with another broken checkpoint");
        }

        private static void compareAll(StoreUnderTest store, PlainStore expected, String about) throws IOException {
            new StoreComparison(store.store, expected, new Random(1), about).compareAll();
        }
    }
}
