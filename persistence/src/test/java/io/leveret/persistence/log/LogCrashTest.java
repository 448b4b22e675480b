package io.leveret.persistence.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.disk.CrashAtEveryWrite;
import io.leveret.persistence.disk.Faults;
import io.leveret.persistence.disk.MemoryDisk;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The power goes off at each operation on the disk, and again while what is left is recovered. */
class LogCrashTest {

    @Test
    void losesNothingThatWasDurableAndRepeatsNothing() {
        long operations = CrashAtEveryWrite.run(4, () -> new Publishing(LogUnderTest.SMALL));
        assertThat(operations).isGreaterThan(60);
    }

    @Test
    void losesNothingThatWasDurableWithPreallocationAndReserve() {
        long operations =
                CrashAtEveryWrite.run(4, () -> new Publishing(new LogSettings(SyncMode.FSYNC, 4096, 1000, 2048, 1024)));
        assertThat(operations).isGreaterThan(60);
    }

    @Test
    void losesNothingThatWasForcedInTheModeOs() {
        long operations = CrashAtEveryWrite.run(6, () -> new Publishing(LogUnderTest.SMALL.withMode(SyncMode.OS)));
        assertThat(operations).isGreaterThan(40);
    }

    @Test
    void losesNothingWhenThePowerGoesOffAgainDuringRecovery() throws IOException {
        for (int seed = 0; seed < 30; seed++) {
            Publishing publishing = new Publishing(LogUnderTest.SMALL.withMode(SyncMode.OS));
            MemoryDisk left = cutDuring(publishing, 20 + seed % 30).crash(seed);
            long cutAt = 1;
            while (recoveryIsCut(publishing, left.killed(), cutAt)) {
                cutAt++;
            }
            assertThat(cutAt).isGreaterThan(1);
        }
    }

    private static MemoryDisk cutDuring(Publishing publishing, long operation) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        disk.faults().at(operation, Faults.Kind.POWER_CUT);
        try {
            publishing.run(disk);
        } catch (IOException cut) {
            assertThat(disk.faults().powerIsOff()).isTrue();
        }
        return disk;
    }

    private static boolean recoveryIsCut(Publishing publishing, MemoryDisk disk, long operation) throws IOException {
        disk.faults().at(operation, Faults.Kind.POWER_CUT);
        try {
            LogUnderTest.unwatched(disk);
        } catch (IOException cut) {
            assertThat(disk.faults().powerIsOff()).isTrue();
        }
        publishing.check(disk.crash(operation));
        return disk.faults().powerIsOff();
    }

    /** Two messages a batch, some batches a group; what is left must be whole batches, from the first on. */
    private static class Publishing implements CrashAtEveryWrite.Scenario {

        private static final int BATCHES = 40;

        private final LogSettings settings;
        private final SplittableRandom random = new SplittableRandom(7);
        private int forcedBatches;

        Publishing(LogSettings settings) {
            this.settings = settings;
        }

        @Override
        public void run(MemoryDisk disk) throws IOException {
            LogUnderTest log = LogUnderTest.unwatched(disk, settings);
            for (int i = 0; i < BATCHES; i++) {
                log.batch.publish(numbered(2 * i), new byte[0], new byte[random.nextInt(900)]);
                log.batch.target(1);
                log.batch.settle(1, 5);
                log.batch.publish(numbered(2 * i + 1), new byte[0], new byte[random.nextInt(100)]);
                log.batch.target(1);
                log.append();
                if (random.nextInt(3) == 0) {
                    log.background.pass(random.nextInt(600));
                }
                noteForced(log);
                requireNoFailure(log);
            }
            log.log.close();
            noteForced(log);
        }

        private void noteForced(LogUnderTest log) {
            if (log.log.forcedPlace().equals(log.log.durablePlace())) {
                forcedBatches = (int) log.log.durableBatch();
            }
        }

        private static void requireNoFailure(LogUnderTest log) throws IOException {
            if (log.failure != null) {
                throw new IOException(log.failure);
            }
        }

        @Override
        public void check(MemoryDisk left) throws IOException {
            LogUnderTest log = LogUnderTest.unwatched(left);
            List<Integer> numbers = log.replayedNumbers();
            assertThat(numbers).hasSizeGreaterThanOrEqualTo(2 * forcedBatches).hasSizeLessThanOrEqualTo(2 * BATCHES);
            assertThat(numbers).as("whole batches").hasSize(numbers.size() / 2 * 2);
            assertThat(numbers).as("in order").isEqualTo(MessageLogTest.numbers(numbers.size()));
            assertThat(log.replayed.positions()).isSorted().doesNotHaveDuplicates();
            checkThatItGoesOn(log, numbers.size());
        }

        /** What recovery kept is durable, and what comes after it is found behind it. */
        private static void checkThatItGoesOn(LogUnderTest log, int count) throws IOException {
            LogUnderTest again = LogUnderTest.unwatched(log.disk.onlyForced());
            assertThat(again.replayed.lines()).isEqualTo(log.replayed.lines());
            assertThat(again.log.cutBytes()).isZero();
            again.batch.publish(numbered(count), new byte[0], new byte[500]);
            again.batch.target(1);
            again.append();
            again.background.runAll();
            LogUnderTest third = LogUnderTest.unwatched(again.disk.onlyForced());
            assertThat(third.replayedNumbers()).isEqualTo(MessageLogTest.numbers(count + 1));
        }

        /** As the body is told by {@link LogUnderTest#replayedNumbers}: behind one byte. */
        private static byte[] numbered(int number) {
            return new byte[] {1, 0, 0, (byte) (number >> 8), (byte) number};
        }
    }
}
