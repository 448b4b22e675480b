package io.leveret.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.SyncMode;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** A store and a slow, plain one must agree, whatever happens to them; a failure prints the seed that repeats it. */
@ExtendWith(CrashVerdict.class)
class StoreModelTest {

    @RepeatedTest(30)
    void agreesWithThePlainStore(RepetitionInfo repetition) throws IOException {
        int seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        SyncMode mode = random.nextBoolean() ? SyncMode.FSYNC : SyncMode.OS;
        StoreSettings settings = new StoreSettings(
                new LogSettings(mode, random.nextInt(1000, 9000), random.nextInt(5, 80), 0, 0),
                random.nextInt(2000, 30_000),
                random.nextInt(500, 5000));
        StoreHistory history = new StoreHistory(random, random.nextInt(20, 120));
        MemoryDisk disk = new MemoryDisk();
        for (int life = 0; life < 4; life++) {
            String about = "seed " + seed + " life " + life;
            StoreUnderTest store = new StoreUnderTest(disk, settings);
            int kept = StoreComparison.batchesOf(store.store);
            assertThat(kept).as(about).isLessThanOrEqualTo(history.size());
            history.cut(kept);
            new StoreComparison(store.store, history.now(), random, about).compareAll();
            int certain = live(store, history, random, mode, about);
            disk = end(store, random, history.size(), certain);
        }
    }

    /** How many batches are certain to outlive a power cut. */
    private static int live(StoreUnderTest store, StoreHistory history, Random random, SyncMode mode, String about)
            throws IOException {
        int before = history.size();
        int certain = before;
        for (int step = random.nextInt(400); step > 0; step--) {
            history.append(store);
            int dice = random.nextInt(100);
            if (dice < 40) {
                store.background.runAll();
            } else if (dice < 50) {
                store.background.pass(random.nextInt(2000));
            } else if (dice < 52) {
                store.checkpoint();
            } else if (dice < 55) {
                store.force();
                certain = history.size();
                new StoreComparison(store.store, history.now(), random, about).compareEntries();
            }
            if (mode == SyncMode.FSYNC) {
                certain = Math.max(certain, before + (int) store.store.durableBatch());
            }
            assertThat(store.failure).as(about).isNull();
        }
        return certain;
    }

    private static MemoryDisk end(StoreUnderTest store, Random random, int all, int certain) throws IOException {
        boolean close = random.nextBoolean();
        MemoryDisk left;
        if (close) {
            store.close();
            left = store.disk.onlyForced();
        } else {
            left = random.nextBoolean() ? store.disk.crash(random.nextLong()) : store.disk.onlyForced();
        }
        int kept = StoreComparison.batchesOf(new StoreUnderTest(left.killed()).store);
        assertThat(kept).isBetween(close ? all : certain, all);
        return left;
    }
}
