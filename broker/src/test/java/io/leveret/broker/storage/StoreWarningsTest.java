package io.leveret.broker.storage;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.leveret.persistence.disk.FolderDisk;
import io.leveret.persistence.log.Background;
import io.leveret.persistence.log.LogResources;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.SyncMode;
import io.leveret.persistence.log.WriteBuffers;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.store.DiskStore;
import io.leveret.persistence.store.StoreListener;
import io.leveret.persistence.store.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * What the log tells an operator when a store mends something by itself: what, in which folder and file, where and how much. Here and
 * not beside the store, since only the broker's tests can read a log.
 */
class StoreWarningsTest {

    private static final long QUEUE = 1;
    private static final int MESSAGES = 30;

    /** A few messages make a segment, and the store has segments that need an index. */
    private static final StoreSettings SMALL =
            new StoreSettings(new LogSettings(SyncMode.FSYNC, 4096, 60, 0, 0), 1 << 20, 60_000);

    private static final Logger STORE = (Logger) LoggerFactory.getLogger("io.leveret.persistence");

    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final Work work = new Work();

    @TempDir
    private Path folder = Path.of("");

    private Path log = Path.of("");

    @BeforeEach
    void fillAStoreAndListen() throws IOException {
        log = folder.resolve(DiskStore.LOG_FOLDER);
        try (DiskStore store = open()) {
            Batch batch = new Batch();
            batch.addQueue(QUEUE);
            store.append(batch);
            publish(store);
            store.checkpoint();
            publish(store);
        }
        said.start();
        STORE.setAdditive(false);
        STORE.setLevel(Level.INFO);
        STORE.addAppender(said);
    }

    @AfterEach
    void listenNoMore() {
        STORE.detachAppender(said);
        STORE.setLevel(null);
        STORE.setAdditive(true);
    }

    @Test
    void saysNothingWhenNothingIsMended() throws IOException {
        assertThat(readAll()).isEqualTo(2 * MESSAGES);

        assertThat(said.list).isEmpty();
    }

    @Test
    void tellsHowMuchOfATornTailIsCutAndWhere() throws IOException {
        Path last = newest(log, ".seg");
        long end = Files.size(last);
        byte[] torn = new byte[777];
        Arrays.fill(torn, (byte) 0x5a);
        Files.write(last, torn, StandardOpenOption.APPEND);

        assertThat(readAll()).isEqualTo(2 * MESSAGES);

        assertThat(warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning)
                        .startsWith("Cut what was written last and never forced ")
                        .contains("folder=" + log, "file=" + last.getFileName(), "offset=" + end, "bytes=777"));
        assertThat(last).hasSize(end);
    }

    @Test
    void tellsWhichIndexWasMissing() throws IOException {
        Path index = oldest(log, ".idx");
        Files.delete(index);

        assertThat(readAll()).isEqualTo(2 * MESSAGES);

        assertThat(warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning)
                        .startsWith("An index is missing and is made again from its segment ")
                        .contains("folder=" + log, "file=" + index.getFileName()));
        assertThat(index).exists();
    }

    @Test
    void tellsWhichIndexWasBrokenAndWhere() throws IOException {
        Path index = oldest(log, ".idx");
        flipAByte(index, 5);

        assertThat(readAll()).isEqualTo(2 * MESSAGES);

        assertThat(warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning)
                        .startsWith("An index is broken and is made again from its segment ")
                        .contains("folder=" + log, index.getFileName() + ": wrong checksum of the page at offset 0"));
    }

    @Test
    void tellsWhichIndexAnotherVersionWrote() throws IOException {
        Path index = oldest(log, ".idx");
        setVersionOfTable(index, '2');

        assertThat(readAll()).isEqualTo(2 * MESSAGES);

        assertThat(warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning)
                        .startsWith("An index is of another version and is made again from its segment ")
                        .contains("folder=" + log, index.getFileName() + ": format version: 2 (expected: 1, "));
    }

    @Test
    void tellsWhichCheckpointCouldNotBeReadAndWhy() throws IOException {
        Path checkpoint = newest(folder, ".db");
        flipAByte(checkpoint, 5);

        assertThat(readAll()).isEqualTo(2 * MESSAGES);

        assertThat(warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning)
                        .startsWith("A checkpoint can't be read, trying the one before ")
                        .contains(
                                "folder=" + folder,
                                checkpoint.getFileName() + ": wrong checksum of the page at offset 0"));
        assertThat(checkpoint).as("the broken one").doesNotExist();
    }

    private List<String> warnings() {
        return said.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private int readAll() throws IOException {
        try (DiskStore store = open()) {
            work.runAll();
            return read(store);
        }
    }

    private static int read(DiskStore store) throws IOException {
        return store.entries(QUEUE, 0, 0, Long.MAX_VALUE, 1000, Long.MAX_VALUE).size();
    }

    private void publish(DiskStore store) {
        Batch batch = new Batch();
        for (int i = 0; i < MESSAGES; i++) {
            batch.publish(new byte[10], new byte[0], new byte[1000]);
            batch.target(QUEUE);
            store.append(batch);
            work.runAll();
        }
    }

    private DiskStore open() throws IOException {
        LogResources resources = new LogResources(work, work, new WriteBuffers(10_000), InstantSource.system());
        return DiskStore.open(FolderDisk.open(folder), SMALL, resources, new Silent());
    }

    private static Path oldest(Path folder, String suffix) throws IOException {
        return files(folder, suffix).get(0);
    }

    private static Path newest(Path folder, String suffix) throws IOException {
        List<Path> files = files(folder, suffix);
        return files.get(files.size() - 1);
    }

    private static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
            assertThat(found).hasSizeGreaterThan(1);
            return found;
        }
    }

    private static void flipAByte(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    /** The last character of the magic, with which the trailer begins; its checksum is over the pages' sums, too. */
    private static void setVersionOfTable(Path file, char version) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer table = ByteBuffer.wrap(bytes);
        int trailer = bytes.length - 24;
        int sums = trailer - 4 * table.getInt(trailer + 12);
        table.put(trailer + 7, (byte) version);
        CRC32C crc = new CRC32C();
        crc.update(bytes, sums, bytes.length - 4 - sums);
        table.putInt(bytes.length - 4, (int) crc.getValue());
        Files.write(file, bytes);
    }

    /** Work for later, done when the test says so. */
    private static final class Work implements Background {

        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

        void runAll() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        /** Nothing in here waits for a time. */
        @Override
        public void schedule(Runnable task, long delayMs) {}
    }

    private static final class Silent implements StoreListener {

        @Override
        public void durable() {}

        @Override
        public void full(boolean full) {}

        @Override
        public void failed(Throwable cause) {
            throw new UncheckedIOException(new IOException(cause));
        }
    }
}
