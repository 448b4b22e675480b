package io.leveret.persistence.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.FormatVersionException;
import io.leveret.persistence.PlainMemoryDisk;
import io.leveret.persistence.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class TableTest {

    private static final String NAME = "some.tbl";

    private final PlainMemoryDisk disk = new PlainMemoryDisk();

    /** The table and a TreeMap must agree on every range; a failure prints the seed that repeats it. */
    @RepeatedTest(20)
    void agreesWithATreeMap(RepetitionInfo repetition) throws IOException {
        Random random = new Random(repetition.getCurrentRepetition());
        TreeMap<Long, byte[]> model = model(random, random.nextInt(1, 600));
        write(model);

        try (Table table = Table.open(disk, NAME)) {
            for (int i = 0; i < 50; i++) {
                long from = random.nextLong(1000);
                long to = from + random.nextLong(1000 - from);
                assertThat(keys(table, from, to))
                        .as("seed %d: %d to %d", repetition.getCurrentRepetition(), from, to)
                        .containsExactlyElementsOf(
                                model.subMap(from, true, to, true).keySet());
                PackedInput value = table.get(1, from >>> 4, from & 15);
                assertThat(value == null ? null : value.bytes())
                        .as("seed %d: %d", repetition.getCurrentRepetition(), from)
                        .isEqualTo(model.get(from));
            }
            assertThat(table.get(0, 1, 1)).isNull();
            assertThat(table.get(2, 1, 1)).isNull();
        }
    }

    @Test
    void findsAFlippedBitAnywhereAndNamesTheFile() throws IOException {
        write(model(new Random(7), 60));
        int bytes = disk.bytes(NAME).length;
        assertThat(bytes).isGreaterThan(2 * TableVolume.PAGE_BYTES);

        for (int at = 0; at < bytes; at++) {
            long bit = at * 8L + at % 8;
            // Beyond the head and the end every 37th byte stands for its region: a page has one sum.
            if (at < 200 || at > bytes - 200 || at % 37 == 0) {
                disk.flip(NAME, bit);
                assertThatThrownBy(() -> Table.open(disk, NAME))
                        .as("bit %d", bit)
                        .isInstanceOf(TableCorruptException.class)
                        .hasMessageContaining(NAME);
                disk.flip(NAME, bit);
            }
        }
        Table.open(disk, NAME).close();
    }

    /** Any number that it has may become any other. */
    @Test
    void findsEachFlippedBitOfTheTrailer() throws IOException {
        write(model(new Random(7), 60));
        long end = disk.bytes(NAME).length * 8L;
        for (long bit = end - PageSums.TRAILER_BYTES * 8L; bit < end; bit++) {
            disk.flip(NAME, bit);
            assertThatThrownBy(() -> Table.open(disk, NAME))
                    .as("bit %d before the end", end - bit)
                    .isInstanceOf(TableCorruptException.class)
                    .hasMessageStartingWith(NAME + ": ");
            disk.flip(NAME, bit);
        }
    }

    @Test
    void tellsATableOfAnotherVersionFromABrokenOne() throws IOException {
        write(model(new Random(7), 60));
        byte[] bytes = disk.bytes(NAME);
        int pages = bytes.length / TableVolume.PAGE_BYTES;
        byte[] footer = Arrays.copyOfRange(bytes, pages * TableVolume.PAGE_BYTES, bytes.length);
        footer[footer.length - PageSums.TRAILER_BYTES + 7] = '2';
        ByteBuffer other = ByteBuffer.wrap(footer);
        other.putInt(footer.length - 4, PageSums.crc32c(footer, footer.length - 4));
        try (DiskFile file = disk.open(NAME)) {
            file.write((long) pages * TableVolume.PAGE_BYTES, other);
        }

        assertThatThrownBy(() -> Table.open(disk, NAME))
                .isInstanceOf(FormatVersionException.class)
                .hasMessage(NAME + ": format version: 2 (expected: 1, the one that this version of Leveret reads and"
                        + " writes)");
    }

    @Test
    void findsAFileThatEndsEarlyOrLate() throws IOException {
        write(model(new Random(8), 60));
        long size = disk.bytes(NAME).length;

        for (long cut : new long[] {0, 1, 23, 24, TableVolume.PAGE_BYTES, size - TableVolume.PAGE_BYTES, size - 1}) {
            write(model(new Random(8), 60));
            disk.open(NAME).truncate(cut);
            assertThatThrownBy(() -> Table.open(disk, NAME))
                    .as("cut at %d", cut)
                    .isInstanceOf(TableCorruptException.class)
                    .hasMessageContaining(NAME);
        }
        write(model(new Random(8), 60));
        disk.open(NAME).write(size, ByteBuffer.allocate(1));
        assertThatThrownBy(() -> Table.open(disk, NAME)).isInstanceOf(TableCorruptException.class);
    }

    @Test
    void isNotThereUntilFinished() throws IOException {
        try (TableWriter writer = TableWriter.create(disk, NAME)) {
            writer.put(1, 1, 1, value(new byte[10]));
            assertThat(disk.exists(NAME)).isFalse();
        }
        assertThat(disk.list()).isEmpty();
    }

    @Test
    void refusesAKeyThatIsNotAboveTheOneBefore() throws IOException {
        try (TableWriter writer = TableWriter.create(disk, NAME)) {
            writer.put(1, 5, 0, value(new byte[10]));
            assertThatThrownBy(() -> writer.put(1, 4, 9, value(new byte[10])))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1/4/9");
        }
    }

    @Test
    void isReadByManyThreadsAtOnce() throws Exception {
        TreeMap<Long, byte[]> model = model(new Random(9), 400);
        write(model);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Table table = Table.open(disk, NAME)) {
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                readers.add(threads.submit((Callable<Boolean>) () -> {
                    for (int round = 0; round < 20; round++) {
                        model.forEach(
                                (key, value) -> assertThat(read(table, key)).isEqualTo(value));
                    }
                    return true;
                }));
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static byte[] read(Table table, long key) {
        try {
            PackedInput value = table.get(1, key >>> 4, key & 15);
            return value == null ? new byte[0] : value.bytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Long> keys(Table table, long from, long to) throws IOException {
        List<Long> keys = new ArrayList<>();
        table.forEach(1, from >>> 4, from & 15, to >>> 4, to & 15, (a, b, value) -> keys.add(a << 4 | b));
        return keys;
    }

    private static TreeMap<Long, byte[]> model(Random random, int entries) {
        TreeMap<Long, byte[]> model = new TreeMap<>();
        for (int i = 0; i < entries; i++) {
            byte[] value = new byte[random.nextInt(10) == 0 ? random.nextInt(40_000) : random.nextInt(300)];
            random.nextBytes(value);
            model.put(random.nextLong(1000), value);
        }
        return model;
    }

    private void write(TreeMap<Long, byte[]> model) throws IOException {
        try (TableWriter writer = TableWriter.create(disk, NAME)) {
            for (var entry : model.entrySet()) {
                writer.put(1, entry.getKey() >>> 4, entry.getKey() & 15, value(entry.getValue()));
            }
            writer.finish();
        }
    }

    private static PackedOutput value(byte[] bytes) {
        PackedOutput value = new PackedOutput();
        value.bytes(bytes);
        return value;
    }
}
