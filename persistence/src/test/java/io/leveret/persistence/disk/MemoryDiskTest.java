package io.leveret.persistence.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryDiskTest {

    private final MemoryDisk disk = new MemoryDisk();

    @Test
    void keepsWhatWasForced() throws IOException {
        DiskFile file = disk.create("f");
        file.write(0, filled(2000, 7));
        file.force();
        disk.forceFolder();
        for (int seed = 0; seed < 50; seed++) {
            assertThat(bytes(disk.crash(seed), "f")).isEqualTo(filled(2000, 7).array());
        }
    }

    @Test
    void keepsTearsOrLosesWhatWasNotForced() throws IOException {
        DiskFile file = disk.create("f");
        file.write(0, filled(2048, 1));
        file.force();
        disk.forceFolder();
        file.write(0, filled(2048, 2));
        Set<Integer> sectorsLeft = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            byte[] left = bytes(disk.crash(seed), "f");
            int newSectors = 0;
            for (int sector = 0; sector < 4; sector++) {
                byte[] part = Arrays.copyOfRange(left, sector * 512, sector * 512 + 512);
                assertThat(part).containsOnly(part[0]);
                newSectors += part[0] == 2 ? 1 : 0;
            }
            sectorsLeft.add(newSectors);
        }
        assertThat(sectorsLeft).contains(0, 1, 2, 3, 4);
    }

    @Test
    void mayLoseAnEarlierWriteAndKeepALaterOne() throws IOException {
        DiskFile file = disk.create("f");
        disk.forceFolder();
        file.write(0, filled(512, 1));
        file.write(512, filled(512, 2));
        boolean seen = false;
        for (int seed = 0; seed < 100; seed++) {
            byte[] left = bytes(disk.crash(seed), "f");
            seen |= left.length == 1024 && left[0] == 0 && left[512] == 2;
        }
        assertThat(seen).isTrue();
    }

    @Test
    void mayLoseChangesOfAFolderThatWasNotForced() throws IOException {
        disk.create("old").force();
        disk.forceFolder();
        disk.create("new").force();
        disk.rename("old", "renamed");
        Set<Set<String>> left = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            left.add(Set.copyOf(disk.crash(seed).list()));
        }
        assertThat(left)
                .containsExactlyInAnyOrder(
                        Set.of("old"), Set.of("old", "new"), Set.of("renamed"), Set.of("renamed", "new"));
        assertThat(disk.onlyForced().list()).containsExactly("old");
        assertThat(disk.killed().list()).containsExactlyInAnyOrder("renamed", "new");
    }

    @Test
    void isFullAtItsCapacityAndGivesBackWhatIsDeleted() throws IOException {
        disk.capacity(1000);
        DiskFile file = disk.create("f");
        assertThatThrownBy(() -> file.write(0, filled(1001, 1))).isInstanceOf(DiskFullException.class);
        assertThat(file.size()).isEqualTo(1000);
        file.write(0, filled(1000, 2));
        assertThat(disk.usableBytes()).isZero();
        file.truncate(100);
        assertThat(disk.usableBytes()).isEqualTo(900);
        disk.delete("f");
        assertThat(disk.usableBytes()).isEqualTo(1000);
    }

    @Test
    void goesWrongWhereItIsTold() throws IOException {
        DiskFile file = disk.create("f");
        disk.faults().next(Faults.Kind.TEAR);
        assertThatThrownBy(() -> file.write(0, filled(10, 1))).hasMessageContaining("torn");
        assertThat(file.size()).isEqualTo(5);
        disk.faults().next(Faults.Kind.FULL);
        assertThatThrownBy(() -> file.write(0, filled(10, 1))).isInstanceOf(DiskFullException.class);
        disk.faults().next(Faults.Kind.FAIL);
        assertThatThrownBy(file::force).hasMessageContaining("failed");
        disk.faults().failEach("force f"::equals);
        assertThatThrownBy(file::force).hasMessageContaining("failed");
        file.write(0, filled(10, 1));
        assertThat(disk.faults().operations()).isEqualTo(6);
    }

    /** As on Linux, where a force that works after one that failed says nothing of what was written before. */
    @Test
    void losesForGoodWhatAFailedForceShouldHaveBroughtToTheDisk() throws IOException {
        DiskFile file = disk.create("f");
        disk.forceFolder();
        file.write(0, filled(1000, 1));
        file.force();
        file.write(500, filled(100, 2));
        disk.faults().next(Faults.Kind.FAIL);
        assertThatThrownBy(file::force).hasMessageContaining("failed");
        assertThat(bytes(disk, "f")).contains(2);
        file.write(700, filled(100, 3));
        file.force();
        assertThat(bytes(disk.onlyForced(), "f")).contains(3).doesNotContain(2);
        assertThat(bytes(disk.crash(1), "f")).contains(3).doesNotContain(2);
        file.write(500, filled(100, 2));
        file.force();
        assertThat(bytes(disk.onlyForced(), "f")).isEqualTo(bytes(disk, "f"));
    }

    @Test
    void isFullFromWhereItIsToldUntilItGetsMoreRoom() throws IOException {
        DiskFile file = disk.create("f");
        file.write(0, filled(1000, 1));
        disk.faults().next(Faults.Kind.FILL);
        assertThatThrownBy(() -> file.write(900, filled(200, 2))).isInstanceOf(DiskFullException.class);
        assertThatThrownBy(() -> file.write(1000, filled(1, 2))).isInstanceOf(DiskFullException.class);
        assertThat(file.size()).isEqualTo(1000);
        disk.capacity(2000);
        file.write(1000, filled(1000, 2));
        assertThat(disk.faults().last()).isEqualTo("FILL at operation 3, write f");
    }

    @Test
    void startsEachRunOnACopyOfAPreparedDisk() throws IOException {
        disk.create("f").write(0, filled(10, 1));
        long operations = CrashAtEveryWrite.run(1, disk, () -> new CrashAtEveryWrite.Scenario() {
            @Override
            public void run(MemoryDisk used) throws IOException {
                assertThat(bytes(used, "f")).isEqualTo(filled(10, 1).array());
                used.delete("f");
                used.forceFolder();
            }

            @Override
            public void check(MemoryDisk left) throws IOException {
                assertThat(left.list()).isSubsetOf("f");
            }
        });
        assertThat(operations).isEqualTo(2);
        assertThat(disk.list()).containsExactly("f");
    }

    @Test
    void cutsThePowerAtEveryOperationOnce() {
        Set<Long> operationsSeen = new HashSet<>();
        long operations = CrashAtEveryWrite.run(3, () -> new CrashAtEveryWrite.Scenario() {
            private boolean forced;

            @Override
            public void run(MemoryDisk used) throws IOException {
                try {
                    DiskFile file = used.create("f");
                    used.forceFolder();
                    file.write(0, filled(1000, 1));
                    file.force();
                    forced = true;
                    file.write(1000, filled(1000, 2));
                } finally {
                    operationsSeen.add(used.faults().operations());
                }
            }

            @Override
            public void check(MemoryDisk left) throws IOException {
                if (forced) {
                    assertThat(bytes(left, "f")).startsWith(filled(1000, 1).array());
                }
            }
        });
        assertThat(operations).isEqualTo(5);
        assertThat(operationsSeen).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void reportsWhereACheckFails() {
        assertThatThrownBy(() -> CrashAtEveryWrite.run(1, () -> new CrashAtEveryWrite.Scenario() {
                    @Override
                    public void run(MemoryDisk used) throws IOException {
                        used.create("f");
                    }

                    @Override
                    public void check(MemoryDisk left) {
                        throw new AssertionError("never right");
                    }
                }))
                .hasMessageContaining("operation 1, seed 0")
                .hasRootCauseMessage("never right");
    }

    private static ByteBuffer filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return ByteBuffer.wrap(bytes);
    }

    private static byte[] bytes(MemoryDisk from, String file) throws IOException {
        DiskFile opened = from.open(file);
        ByteBuffer bytes = ByteBuffer.allocate((int) opened.size());
        opened.read(0, bytes);
        return bytes.array();
    }
}
