package io.leveret.broker.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StolenTimeTest {

    private static final long MS = 1_000_000;

    @TempDir
    Path folder;

    private Path stat;
    private StolenTime stolen;

    @BeforeEach
    void open() throws IOException {
        stat = Files.createFile(folder.resolve("stat"));
        stolen = new StolenTime(stat);
    }

    @AfterEach
    void close() {
        stolen.close();
    }

    @Test
    void tellsWhatTheProcessorLostThatLostMost() throws IOException {
        look(0, 100, 7);
        look(20, 100, 7);
        look(90, 104, 8);
        look(120, 105, 8);

        assertThat(stolen.nanos(25 * MS, 80 * MS)).isEqualTo(40 * MS);
        assertThat(stolen.nanos(5 * MS, 15 * MS)).isZero();
        assertThat(stolen.nanos(10 * MS, 110 * MS)).isEqualTo(50 * MS);
    }

    @Test
    void tellsNoMoreThanTheTimeItself() throws IOException {
        look(0, 0, 0);
        look(100, 9, 0);

        assertThat(stolen.nanos(10 * MS, 40 * MS)).isEqualTo(30 * MS);
    }

    @Test
    void looksOnceInATick() throws IOException {
        look(0, 0, 0);
        look(9, 5, 0);
        look(10, 1, 0);

        assertThat(stolen.nanos(0, 10 * MS)).isEqualTo(10 * MS);
    }

    @Test
    void knowsNothingWhereTheSystemDoesNotTell() {
        try (StolenTime untold = new StolenTime(folder.resolve("none"))) {
            untold.look(0);
            untold.look(20 * MS);

            assertThat(untold.nanos(0, 20 * MS)).isZero();
        }
    }

    private void look(long atMs, long first, long second) throws IOException {
        Files.writeString(
                stat,
                "cpu  9 9 9 9 9 9 9 %d 0 0%ncpu0 9 9 9 9 9 9 9 %d 0 0%ncpu1 9 9 9 9 9 9 9 %d 0 0%nintr 5%n"
                        .formatted(first + second, first, second));
        stolen.look(atMs * MS);
    }
}
