package io.leveret.broker.spill;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.leveret.amqp.BasicProperties;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Spill.Slot;
import io.leveret.broker.storage.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class SpillFolderTest {

    private static final int FILE_BYTES = 100_000;

    @TempDir
    Path folder;

    private final WorkerPool pool = new WorkerPool("reader", 1);
    private SpillFolder spill;

    @BeforeEach
    void open() throws IOException {
        spill = SpillFolder.open(folder.resolve("spill"), pool, FILE_BYTES);
    }

    @AfterEach
    void end() {
        pool.close();
    }

    @Test
    void readsBackWhatItWroteInAnyOrder() throws IOException {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            List<Message> messages = new ArrayList<>();
            List<Slot> slots = new ArrayList<>();
            for (int batch = 0; batch < 5; batch++) {
                List<Message> some = messages(random, random.nextInt(200));
                messages.addAll(some);
                slots.addAll(written(some));
            }
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < slots.size(); i++) {
                order.add(i);
            }
            if (random.nextBoolean()) {
                Collections.shuffle(order, random);
            }

            List<@Nullable Message> read =
                    spill.read(order.stream().map(slots::get).toList());

            for (int i = 0; i < order.size(); i++) {
                assertSame(seed, read.get(i), messages.get(order.get(i)));
            }
            spill.release(slots);
        }
    }

    @Test
    void takesMessagesThatAreLargerThanAFile() throws IOException {
        List<Message> messages = List.of(message("k", 1_000_000, 1), message("k", 0, 2), message("k", 2_500_000, 3));

        List<@Nullable Message> read = spill.read(written(messages));

        for (int i = 0; i < messages.size(); i++) {
            assertSame(0, read.get(i), messages.get(i));
        }
    }

    @Test
    void deletesAFileOnceNothingInItIsNeeded() throws IOException {
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            slots.addAll(written(List.of(message("k", FILE_BYTES, i))));
        }
        assertThat(files()).hasSize(10);

        spill.release(slots.subList(0, 4));
        assertThat(files()).hasSize(6);
        spill.release(slots.subList(5, 10));

        assertThat(files()).hasSize(1);
        assertSame(4, spill.read(slots.subList(4, 5)).get(0), message("k", FILE_BYTES, 4));
    }

    @Test
    void whatWasReleasedWithItsFileIsNotRead() throws IOException {
        List<Slot> slots = written(List.of(message("k", FILE_BYTES, 0)));
        spill.release(slots);

        assertThat(spill.read(slots)).containsExactly((Message) null);
    }

    @Test
    void anEarlierProcessLeavesNothing() throws IOException {
        written(List.of(message("k", 10, 0)));
        assertThat(files()).hasSize(1);

        SpillFolder.open(folder.resolve("spill"), pool, FILE_BYTES);

        assertThat(files()).isEmpty();
    }

    @Test
    void tellsThatItCannotWriteAndGoesOnWhenItCanAgain() throws IOException {
        Logger log = (Logger) LoggerFactory.getLogger(SpillFolder.class);
        log.setLevel(Level.OFF);
        try {
            Files.delete(folder.resolve("spill"));
            assertThat(spill.write(List.of(message("k", 10, 0)))).isNull();

            Files.createDirectory(folder.resolve("spill"));
            assertThat(written(List.of(message("k", 10, 0)))).hasSize(1);
        } finally {
            log.setLevel(null);
        }
    }

    private List<Slot> written(List<Message> messages) {
        List<Slot> slots = spill.write(messages);
        if (slots == null) {
            throw new AssertionError("nothing was written");
        }
        return slots;
    }

    private static List<Message> messages(Random random, int count) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(message("k" + random.nextInt(3), random.nextInt(2_000), i));
        }
        return messages;
    }

    private static Message message(String key, int bytes, int seed) {
        byte[] body = new byte[bytes];
        new Random(seed).nextBytes(body);
        return new Message(new Address("orders", key), BasicProperties.EMPTY, body);
    }

    private static void assertSame(int seed, @Nullable Message read, Message written) {
        if (read == null) {
            throw new AssertionError("seed " + seed + ": nothing was read");
        }
        assertThat(read.address().encoded())
                .as("seed %d", seed)
                .isEqualTo(written.address().encoded());
        assertThat(read.properties().encoded())
                .as("seed %d", seed)
                .isEqualTo(written.properties().encoded());
        assertThat(read.body()).as("seed %d", seed).isEqualTo(written.body());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("spill"))) {
            return files.toList();
        }
    }
}
