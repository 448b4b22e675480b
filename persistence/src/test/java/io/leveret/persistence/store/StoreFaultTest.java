package io.leveret.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.disk.DiskFullException;
import io.leveret.persistence.disk.Faults.Kind;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.SyncMode;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A disk fails, tears, or is full, once or until it gets room, at each operation of a store's life in turn. Either the store says that it
 * has failed, and has all that was certain when it is opened again, with or without a power cut between; or it goes on, by itself as soon
 * as there is room, and loses nothing.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoreFaultTest {

    /** With what is kept for a full disk. */
    private static final LogSettings FSYNC = new LogSettings(SyncMode.FSYNC, 2000, 40, 500, 3000);

    private static final LogSettings OS = new LogSettings(SyncMode.OS, 2000, 40, 0, 0);

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"FAIL", "TEAR"})
    void losesNothingWhenAnOperationGoesWrong(Kind kind) {
        requireBoth(sweep(kind, FSYNC), 150);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"FAIL", "TEAR"})
    void losesNothingWhenAnOperationGoesWrongInTheModeOs(Kind kind) {
        requireBoth(sweep(kind, OS), 100);
    }

    @Test
    void losesNothingWhenTheDiskIsFullOnce() {
        requireBoth(sweep(Kind.FULL, FSYNC), 150);
    }

    @Test
    void losesNothingWhenTheDiskIsFullOnceInTheModeOs() {
        requireBoth(sweep(Kind.FULL, OS), 100);
    }

    @Test
    void goesOnByItselfWhenADiskThatFilledUpHasRoom() {
        requireFullWithoutFailure(sweep(Kind.FILL, FSYNC));
    }

    @Test
    void goesOnByItselfWhenADiskThatFilledUpHasRoomInTheModeOs() {
        requireFullWithoutFailure(sweep(Kind.FILL, OS));
    }

    /**
     * What became of one life for each operation.
     *
     * @param failures in how many the store failed
     * @param full in how many it found no room
     */
    private record Sweep(int operations, int failures, int full) {}

    /** Of what goes wrong some ends the store, and some, as in a checkpoint, does not. */
    private static void requireBoth(Sweep sweep, int leastOperations) {
        assertThat(sweep.operations()).isGreaterThan(leastOperations);
        assertThat(sweep.failures()).isBetween(1, sweep.operations() - 1);
    }

    private static void requireFullWithoutFailure(Sweep sweep) {
        assertThat(sweep.full()).isGreaterThan(sweep.operations() / 3);
        assertThat(sweep.failures()).isZero();
    }

    private static Sweep sweep(Kind kind, LogSettings log) {
        int operations = 0;
        int failures = 0;
        int full = 0;
        Life life = lived(kind, 1, log);
        while (life.wentWrong()) {
            operations++;
            failures += life.failures;
            full += life.wasFull ? 1 : 0;
            life = lived(kind, operations + 1, log);
        }
        return new Sweep(operations, failures, full);
    }

    private static Life lived(Kind kind, int operation, LogSettings log) {
        Life life = new Life(new StoreSettings(log, 5000, 2000));
        life.disk.faults().at(operation, kind);
        try {
            life.run();
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError("with " + life.disk.faults().last(), e);
        }
        return life;
    }

    private static final class Life {

        private static final int SEED = 5;
        private static final int BATCHES = 20;

        /** How long something else takes all of the disk. */
        private static final int FULL_FOR_BATCHES = 8;

        private static final int ROOM_IS_FOUND_WITHIN_MS = 2000;

        final MemoryDisk disk = new MemoryDisk();
        private final StoreSettings settings;
        private final Random random = new Random(SEED);
        private final StoreHistory history = new StoreHistory(random, 60);

        /** How many batches the store had when it was opened. */
        private int opened;

        /** How many batches must be there whatever happens. */
        private int certain;

        private int batchesSinceFault;
        int failures;
        boolean wasFull;

        Life(StoreSettings settings) {
            this.settings = settings;
        }

        boolean wentWrong() {
            return !disk.faults().last().isEmpty();
        }

        void run() throws IOException {
            live(open());
            check(disk.crash(SEED));
            live(openAgain());
            check(disk.crash(SEED));
            check(disk.killed());
        }

        private void live(StoreUnderTest used) throws IOException {
            StoreUnderTest store = used;
            for (int i = 0; i < BATCHES; i++) {
                store = step(store);
            }
            store = comeToRest(store);
            new StoreComparison(store.store, history.now(), new Random(1), "at rest").compareEntries();
            // So that the end has something to write.
            history.append(store);
            close(store);
        }

        private StoreUnderTest step(StoreUnderTest store) throws IOException {
            if (wentWrong() && batchesSinceFault++ == FULL_FOR_BATCHES) {
                disk.capacity(Integer.MAX_VALUE);
            }
            history.append(store);
            if (random.nextInt(3) == 0) {
                store.background.pass(random.nextInt(900));
            }
            noteDurable(store);
            forceNowAndThen(store);
            wasFull |= store.store.isFull();
            return store.failure == null ? store : recover(store);
        }

        private void noteDurable(StoreUnderTest store) {
            if (settings.log().mode() == SyncMode.FSYNC) {
                certain = opened + (int) store.store.durableBatch();
            }
        }

        private void forceNowAndThen(StoreUnderTest store) {
            if (random.nextInt(12) > 0) {
                return;
            }
            try {
                store.force();
                certain = history.size();
            } catch (IOException e) {
                assertThat(store.failure != null || store.store.isFull()).isTrue();
            }
        }

        /** With room all that waited becomes durable, unless the store says that it has failed. */
        private StoreUnderTest comeToRest(StoreUnderTest store) throws IOException {
            long before;
            do {
                before = disk.faults().operations();
                disk.capacity(Integer.MAX_VALUE);
                store.background.pass(ROOM_IS_FOUND_WITHIN_MS);
            } while (disk.faults().operations() > before);
            StoreUnderTest usable = store.failure == null ? store : recover(store);
            assertThat(usable.store.isFull()).isFalse();
            assertThat(usable.store.durableBatch()).isEqualTo(usable.store.appendedBatch());
            noteDurable(usable);
            return usable;
        }

        /** That it could not be opened it says, and it can be when the disk works. */
        private StoreUnderTest open() throws IOException {
            boolean wrongBefore = wentWrong();
            try {
                return StoreUnderTest.unwatched(disk, settings);
            } catch (IOException e) {
                assertThat(wrongBefore).as("once more").isFalse();
                assertThat(disk.openFiles()).isZero();
                disk.capacity(Integer.MAX_VALUE);
                return StoreUnderTest.unwatched(disk, settings);
            }
        }

        private StoreUnderTest recover(StoreUnderTest failed) throws IOException {
            failures++;
            assertThat(failed.heard).containsOnlyOnce("failed");
            failed.close();
            assertThat(disk.openFiles()).isZero();
            disk.capacity(Integer.MAX_VALUE);
            check(disk.crash(SEED));
            return openAgain();
        }

        private StoreUnderTest openAgain() throws IOException {
            StoreUnderTest store = open();
            opened = StoreComparison.batchesOf(store.store);
            assertThat(opened).isBetween(certain, history.size());
            history.cut(opened);
            certain = opened;
            new StoreComparison(store.store, history.now(), new Random(1), "opened again").compareAll();
            return store;
        }

        /** That it could not be closed as it should it says, too. */
        private void close(StoreUnderTest store) {
            boolean wrongBefore = wentWrong();
            try {
                store.close();
                certain = history.size();
            } catch (IOException e) {
                assertThat(wrongBefore).isFalse();
                failures += e instanceof DiskFullException ? 0 : 1;
            }
            assertThat(disk.openFiles()).isZero();
        }

        /** What is left has all that was certain, and of the rest the beginning, each batch whole or not at all. */
        private void check(MemoryDisk left) throws IOException {
            left.capacity(Integer.MAX_VALUE);
            StoreUnderTest store = StoreUnderTest.unwatched(left, settings);
            int kept = StoreComparison.batchesOf(store.store);
            assertThat(kept).isBetween(certain, history.size());
            new StoreComparison(store.store, history.after(kept), new Random(1), "what is left").compareAll();
        }
    }
}
