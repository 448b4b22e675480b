package io.leveret.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.Faults;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.SyncMode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(CrashVerdict.class)
class CheckpointerTest {

    private final MemoryDisk disk = new MemoryDisk();

    @Test
    void readsNothingOfTheLogAfterACleanClose() throws IOException {
        StoreUnderTest store = filled(disk, StoreUnderTest.SMALL, 40);
        // Neither flushed nor known to the checkpointer when it is closed.
        store.publish(40, 100, 1);
        store.close();
        StoreUnderTest again = new StoreUnderTest(disk.onlyForced());
        assertThat(again.store.replayedBatches()).isZero();
        assertThat(again.numbers(1)).hasSize(41);
    }

    @Test
    void readsNothingOfTheLogAfterACleanCloseInTheModeOs() throws IOException {
        StoreSettings os = StoreUnderTest.settings(SyncMode.OS);
        StoreUnderTest store = filled(disk, os, 40);
        store.publish(40, 100, 1);
        store.close();
        StoreUnderTest again = new StoreUnderTest(disk.onlyForced(), os);
        assertThat(again.store.replayedBatches()).isZero();
        assertThat(again.numbers(1)).hasSize(41);
    }

    @Test
    void isClosedTwiceWithoutHarmAndDoesNothingAfterwards() throws IOException {
        StoreUnderTest store = filled(disk, StoreUnderTest.SMALL, 40);
        store.close();
        long operations = disk.faults().operations();
        store.close();
        store.background.pass(1_000_000);
        assertThat(disk.faults().operations()).isEqualTo(operations);
        assertThat(store.failure).isNull();
    }

    @Test
    void checkpointsAfterSoManyBytes() throws IOException {
        StoreUnderTest store = filled(disk, StoreUnderTest.SMALL, 60);
        assertThat(store.checkpoints()).hasSize(2);
        StoreUnderTest again = new StoreUnderTest(disk.killed());
        assertThat(again.store.replayedBatches()).isLessThan(30);
        assertThat(again.numbers(1)).hasSize(60);
    }

    @Test
    void followsTheLogLongBeforeASegmentIsDone() throws IOException {
        StoreSettings large = new StoreSettings(new LogSettings(SyncMode.OS, 4 << 20, 100_000, 0, 0), 1 << 30, 60_000);
        StoreUnderTest store = filled(disk, large, 1);
        store.batch.update(1, store.publish(1, 10, 1), 1, 0);
        store.append();
        store.background.runAll();
        assertThat(store.store.updateBytes()).isZero();
        for (int i = 2; i < 300; i++) {
            store.publish(i, 1000, 1);
            store.background.runAll();
        }
        assertThat(store.store.updateBytes()).isPositive();
    }

    @Test
    void makesNoIndexOfASegmentThatConsumersAreAboutToEmpty() throws IOException {
        StoreUnderTest store = filled(disk, segmentsOf(1 << 20), 0);
        Deque<Long> unacknowledged = new ArrayDeque<>();
        for (int i = 0; i < 4000; i++) {
            unacknowledged.add(store.publish(i, 1000, 1));
            if (unacknowledged.size() > 60) {
                store.settle(1, unacknowledged.remove());
            }
            store.background.runAll();
            assertThat(store.files(".idx")).isEmpty();
        }
        assertThat(store.files(".seg")).hasSizeGreaterThan(3);
    }

    @Test
    void makesTheIndexOfABacklogBeforeMuchOfTheNextSegmentIsWritten() throws IOException {
        StoreUnderTest store = filled(disk, segmentsOf(4 << 20), 0);
        int messages = fillSegment(store);
        for (int i = 0; i < 1000; i++) {
            store.publish(messages + i, 1000, 1);
            store.background.runAll();
        }
        assertThat(store.files(".idx")).hasSize(1);
    }

    @Test
    void makesTheIndexOfABacklogAfterAWhileThoughNothingFollows() throws IOException {
        StoreUnderTest store = filled(disk, segmentsOf(1 << 20), 0);
        fillSegment(store);
        store.background.pass(60_000);
        assertThat(store.files(".idx")).hasSize(1);
    }

    @Test
    void runsAgainWhenItsTimeIsUpWhileItWritesACheckpoint() throws IOException {
        StoreUnderTest store = filled(disk, StoreUnderTest.SMALL, 1);
        AtomicInteger passed = new AtomicInteger();
        disk.faults().failEach(operation -> {
            if (operation.contains("checkpoint-") && passed.getAndIncrement() == 0) {
                store.publish(1000, 1000, 1);
                store.background.runAll();
                store.background.pass(60_000);
            }
            return false;
        });
        for (int i = 1; passed.get() == 0; i++) {
            store.publish(i, 1000, 1);
            store.background.runAll();
        }
        assertThat(new StoreUnderTest(disk.killed()).store.replayedBatches()).isZero();
    }

    @Test
    void leavesNoSegmentWithoutItsIndexToACheckpoint() throws IOException {
        StoreSettings often =
                new StoreSettings(new LogSettings(SyncMode.FSYNC, 1 << 20, 100_000, 0, 0), 1 << 20, 60_000);
        StoreUnderTest store = filled(disk, often, 0);
        List<String> before = store.checkpoints();
        int checkpoints = 0;
        for (int i = 0; i < 4000; i++) {
            store.publish(i, 1000, 1);
            store.background.runAll();
            if (!store.checkpoints().equals(before)) {
                before = store.checkpoints();
                checkpoints++;
                assertThat(store.files(".idx")).hasSize(store.files(".seg").size() - 1);
            }
        }
        assertThat(checkpoints).isGreaterThan(2);
    }

    @Test
    void losesNothingOfASegmentThatWaitsForItsIndex() throws IOException {
        StoreUnderTest store = filled(disk, segmentsOf(1 << 20), 0);
        int messages = fillSegment(store);
        List<Integer> forced = IntStream.range(0, messages).boxed().toList();
        store.publish(messages, 1000, 1);
        disk.faults().failEach(operation -> operation.contains("force"));
        store.background.runAll();
        for (long seed = 0; seed < 10; seed++) {
            assertThat(new StoreUnderTest(disk.crash(seed), segmentsOf(1 << 20)).numbers(1))
                    .startsWith(forced.toArray(Integer[]::new))
                    .hasSizeBetween(messages, messages + 1);
        }
    }

    @Test
    void checkpointsAfterSomeTime() throws IOException {
        StoreUnderTest store = filled(disk, StoreUnderTest.SMALL, 3);
        store.background.pass(60_000);
        assertThat(new StoreUnderTest(disk.killed()).store.replayedBatches()).isZero();
    }

    @Test
    void writesNothingWhileNothingIsAppended() throws IOException {
        StoreUnderTest store = filled(disk, StoreUnderTest.SMALL, 60);
        store.background.pass(60_000);
        store.background.pass(60_000);
        long operations = disk.faults().operations();
        store.background.pass(600_000);
        assertThat(disk.faults().operations()).isEqualTo(operations);
    }

    @Test
    void deletesTheSegmentsOfADrainedQueueThoughNothingFollows() throws IOException {
        StoreUnderTest store = filled(disk, StoreUnderTest.SMALL, 100);
        assertThat(store.files(".seg")).hasSizeGreaterThan(20);
        assertThat(store.files(".idx")).hasSizeGreaterThan(20);
        for (StoredEntry entry : store.entries(1)) {
            store.settle(1, entry.position());
        }
        store.background.runAll();
        for (int i = 0; i < 3; i++) {
            store.background.pass(60_000);
        }
        assertThat(store.files(".seg")).hasSize(1);
        assertThat(store.files(".idx")).isEmpty();
        assertThat(new StoreUnderTest(disk.killed()).numbers(1)).isEmpty();
    }

    @Test
    void makesNoIndexOfASegmentInWhichNothingIsLive() throws IOException {
        StoreUnderTest store = new StoreUnderTest(disk, StoreUnderTest.SMALL);
        store.addQueue(1);
        for (int i = 0; i < 100; i++) {
            store.settle(1, store.publish(i, 1000, 1));
            store.background.runAll();
            assertThat(store.files(".idx")).isEmpty();
        }
    }

    @Test
    void keepsFewEntriesInMemoryBetweenCheckpoints() throws IOException {
        StoreSettings rare = new StoreSettings(new LogSettings(SyncMode.FSYNC, 4096, 60, 0, 0), 1 << 30, 1 << 30);
        StoreUnderTest store = filled(disk, rare, 100);
        assertThat(store.checkpoints()).hasSize(1);
        assertThat(store.files(".seg").size() - store.files(".idx").size()).isLessThanOrEqualTo(2);
    }

    @Test
    void hasPublishersWaitWhileItIsBehind() throws IOException {
        StoreUnderTest store = new StoreUnderTest(disk, StoreUnderTest.SMALL);
        store.addQueue(1);
        for (int i = 0; i < 60; i++) {
            store.publish(i, 1000, 1);
        }
        // The flusher's turn only: what it asks for has not begun.
        store.background.runOne();
        assertThat(store.store.durableBatch()).isEqualTo(store.store.appendedBatch());
        long lag = store.store.pendingBytes();
        int heard = store.heard.size();
        store.background.runAll();
        assertThat(store.store.pendingBytes()).isZero();
        assertThat(lag).isGreaterThan(4096);
        assertThat(store.heard.size()).isGreaterThan(heard);
    }

    @Test
    void triesAgainQuietlyAfterAFailureAndTheLogGoesOn() throws IOException {
        StoreUnderTest store = new StoreUnderTest(disk, StoreUnderTest.SMALL);
        store.addQueue(1);
        AtomicInteger attempts = new AtomicInteger();
        disk.faults().failEach(operation -> {
            boolean fails = operation.contains("checkpoint") || operation.contains(".idx");
            attempts.addAndGet(fails ? 1 : 0);
            return fails;
        });
        for (int i = 0; i < 60; i++) {
            store.publish(i, 1000, 1);
            store.background.runAll();
        }
        assertThat(store.failure).isNull();
        assertThat(store.numbers(1)).hasSize(60);
        assertThat(attempts.get()).isBetween(1, 3);
        disk.faults().failEach(operation -> false);
        store.background.pass(5000);
        assertThat(store.checkpoints()).hasSize(2);
        assertThat(new StoreUnderTest(disk.killed()).store.replayedBatches()).isZero();
    }

    @Test
    void givesUpTheReserveForACheckpoint() throws IOException {
        StoreSettings settings =
                new StoreSettings(new LogSettings(SyncMode.FSYNC, 4096, 60, 0, 60_000), 1 << 30, 60_000);
        StoreUnderTest store = filled(disk, settings, 60);
        for (StoredEntry entry : store.entries(1)) {
            store.settle(1, entry.position());
        }
        store.background.runAll();
        disk.capacity(disk.usedBytes() + 100);
        store.background.pass(60_000);
        assertThat(store.heard).contains("full true");
        store.background.pass(60_000);
        store.background.pass(60_000);
        assertThat(store.files(".seg")).hasSize(1);
        assertThat(store.heard).contains("full false");
        assertThat(store.failure).isNull();
    }

    @Test
    void triesAgainWhenTheDiskHasRoom() throws IOException {
        StoreUnderTest store = filled(disk, StoreUnderTest.SMALL, 20);
        disk.capacity(disk.usedBytes() + 1000);
        for (int i = 0; i < 30; i++) {
            store.publish(100 + i, 1000, 1);
            store.background.pass(1000);
        }
        assertThat(store.store.isFull()).isTrue();
        assertThat(store.failure).isNull();
        disk.capacity(10_000_000);
        store.background.pass(10_000);
        assertThat(store.store.isFull()).isFalse();
        assertThat(store.numbers(1)).hasSize(50);
        assertThat(new StoreUnderTest(disk.killed()).numbers(1)).hasSize(50);
    }

    @Test
    void standsOnlyOnWhatIsForcedInTheModeOs() throws IOException {
        StoreSettings os = StoreUnderTest.settings(SyncMode.OS);
        StoreUnderTest store = filled(disk, os, 3);
        assertThat(store.numbers(1)).hasSize(3);
        store.checkpoint();
        StoreUnderTest again = new StoreUnderTest(disk.onlyForced(), os);
        assertThat(again.numbers(1)).hasSize(3);
    }

    @Test
    void failsTheStoreWhenTheLogCanNotBeReadAnyMore() throws IOException {
        StoreUnderTest store = filled(disk, StoreUnderTest.SMALL, 2);
        store.logFolder().flipBit("0000000001.0.seg", 120, 1);
        assertThatThrownBy(() -> store.numbers(1)).hasMessageContaining("0000000001.0.seg at offset");
        assertThat(store.heard).contains("failed");
        assertThatThrownBy(() -> store.numbers(1)).isInstanceOf(IOException.class);
        store.close();
    }

    @Test
    void survivesAPowerCutRightAfterAFailedCheckpoint() throws IOException {
        StoreUnderTest store = filled(disk, StoreUnderTest.SMALL, 30);
        for (long operation = 1; operation < 8; operation++) {
            disk.faults().at(disk.faults().operations() + operation, Faults.Kind.TEAR);
            store.publish(30 + (int) operation, 10, 1);
            store.background.runOne();
            if (store.failure != null) {
                break;
            }
            store.background.pass(60_000);
            int count = store.numbers(1).size();
            assertThat(new StoreUnderTest(disk.crash(operation)).numbers(1)).hasSize(count);
        }
    }

    /** Until a segment is done, which waits for its index then; tells how many messages there are. */
    private static int fillSegment(StoreUnderTest store) throws IOException {
        int messages = 0;
        for (; store.files(".seg").size() < 2; messages++) {
            store.publish(messages, 1000, 1);
            store.background.runAll();
        }
        assertThat(store.files(".idx")).isEmpty();
        return messages;
    }

    private static StoreSettings segmentsOf(long bytes) {
        return new StoreSettings(new LogSettings(SyncMode.FSYNC, bytes, 100_000, 0, 0), 1 << 30, 60_000);
    }

    private static StoreUnderTest filled(MemoryDisk disk, StoreSettings settings, int messages) throws IOException {
        StoreUnderTest store = new StoreUnderTest(disk, settings);
        store.addQueue(1);
        for (int i = 0; i < messages; i++) {
            store.publish(i, 1000, 1);
            store.background.runAll();
        }
        return store;
    }
}
