package io.leveret.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.FolderDisk;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.SyncMode;
import io.leveret.persistence.store.StoreLoad.Birth;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever dies, the log takes at most twice what is live, fourteen octets of it for each entry, and eight segments, which is 512 MiB by
 * default, once compaction has caught up; and then it rests. With {@code -Dsoak.full=true} in real files of the default size, some GiB of them.
 */
class CompactionBoundTest {

    private static final boolean FULL = Boolean.getBoolean("soak.full");

    /** The default in small: a checkpoint for each four segments. */
    private static final StoreSettings SMALL =
            new StoreSettings(new LogSettings(SyncMode.FSYNC, 64 << 10, 250, 1 << 10, 0), 256 << 10, 60_000);

    /** For messages of which a segment has thousands. */
    private static final StoreSettings TINY =
            new StoreSettings(new LogSettings(SyncMode.FSYNC, 64 << 10, 2_500, 1 << 10, 0), 256 << 10, 60_000);

    /** What an entry counts in the log beside its message. */
    private static final int ENTRY_BYTES = 14;

    private static final int SEGMENTS_ALLOWED = 8;

    /** So many that a log of which a third is live is beyond the bound if nothing is compacted. */
    private static final int SEGMENTS_WRITTEN = 40;

    private static final long SEED = Long.getLong("compaction.seed", System.currentTimeMillis());

    /** What is published, and which of it dies. */
    enum Pattern {
        ONE_OF_TEN_LIVES_AT_RANDOM(1_000, 1) {
            @Override
            boolean dies(Birth birth, Random random) {
                return random.nextInt(10) > 0;
            }
        },
        ONE_OF_THREE_LIVES_AT_RANDOM(1_000, 1) {
            @Override
            boolean dies(Birth birth, Random random) {
                return random.nextInt(3) > 0;
            }
        },
        THREE_OF_FOUR_QUEUES_ARE_EMPTIED(1_000, 1) {
            @Override
            long[] queues(int number) {
                return new long[] {1 + number % 4};
            }

            @Override
            boolean dies(Birth birth, Random random) {
                return birth.queue() < 4;
            }
        },
        THREE_OF_TEN_TINY_LIVE_AT_RANDOM(16, 1) {
            @Override
            boolean dies(Birth birth, Random random) {
                return random.nextInt(10) >= 3;
            }
        },
        ONE_LIVES_LONG_IN_EACH_SEGMENT(1_000, 1) {
            @Override
            boolean dies(Birth birth, Random random) {
                return !birth.isFirstOfItsSegment();
            }
        },
        A_TINY_ONE_LIVES_LONG_IN_EACH_SEGMENT(1, 1) {
            @Override
            boolean dies(Birth birth, Random random) {
                return !birth.isFirstOfItsSegment();
            }
        },
        /** There is nothing to gain: the test is that nothing is written anew for ever. */
        ONE_OF_THREE_QUEUES_KEEPS_ALL(1_000, 3) {
            @Override
            boolean dies(Birth birth, Random random) {
                return birth.queue() < 3;
            }
        },
        ONE_OF_TEN_LIVES_IN_ANY_OF_THREE_QUEUES(1_000, 3) {
            @Override
            boolean dies(Birth birth, Random random) {
                return random.nextInt(10) > 0;
            }
        },
        SIZES_DIFFER(0, 1) {
            @Override
            int bytes(Random random) {
                return (int) Math.pow(20_000, random.nextDouble());
            }

            @Override
            boolean dies(Birth birth, Random random) {
                return random.nextInt(10) > 0;
            }
        },
        ALL_DIE(1_000, 1) {
            @Override
            boolean dies(Birth birth, Random random) {
                return true;
            }
        };

        private final int bytes;
        private final int fanOut;

        Pattern(int bytes, int fanOut) {
            this.bytes = bytes;
            this.fanOut = fanOut;
        }

        int bytes(Random random) {
            return bytes;
        }

        long[] queues(int number) {
            long[] queues = new long[fanOut];
            for (int i = 0; i < fanOut; i++) {
                queues[i] = i + 1L;
            }
            return queues;
        }

        abstract boolean dies(Birth birth, Random random);
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(600)
    void theLogStaysWithinItsBound(Pattern pattern, @TempDir Path folder) throws IOException {
        StoreSettings small = pattern.bytes == 16 ? TINY : SMALL;
        check(FULL ? FolderDisk.open(folder) : new MemoryDisk(), FULL ? StoreSettings.DEFAULT : small, pattern);
    }

    private static void check(Disk disk, StoreSettings settings, Pattern pattern) throws IOException {
        StoreLoad load = new StoreLoad(disk, settings, new Random(SEED));
        load.run(pattern, SEGMENTS_WRITTEN);
        load.catchUp();

        long live = load.liveBytes() + ENTRY_BYTES * load.liveEntries();
        long allowed = 2 * live + SEGMENTS_ALLOWED * settings.log().segmentBytes();
        System.out.printf(
                "compaction: %s: %,d bytes published, %,d live, log %,d (at most %,d)%n",
                pattern, load.publishedBytes(), live, load.logBytes(), allowed);
        assertThat(load.logBytes()).as("bytes of log, seed %d", SEED).isLessThanOrEqualTo(allowed);
        long written = load.generations();
        load.catchUp();
        assertThat(load.generations()).as("files written anew, seed %d", SEED).isEqualTo(written);
        assertThat(load.storedEntries()).as("live entries, seed %d", SEED).isEqualTo(load.liveEntries());
    }
}
