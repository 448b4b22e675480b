package io.leveret.broker.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFiguresTest {

    private static final int BYTES = 32;

    @TempDir
    Path folder;

    private Path file;
    private ProcFigures figures;

    @BeforeEach
    void open() throws IOException {
        file = Files.createFile(folder.resolve("figures"));
        figures = new ProcFigures(file, BYTES);
    }

    @AfterEach
    void close() {
        figures.close();
    }

    @Test
    void readsTheFileAnewEachTime() throws IOException {
        assertThat(first("12 345\n")).isEqualTo(345);
        assertThat(first("12 9\n")).isEqualTo(9);
        assertThat(first("")).isEqualTo(-1);
    }

    @Test
    void goesFromLineToLine() throws IOException {
        Files.writeString(file, "cpu  1 2\ncpu0 3 4\ncpux 5\n");

        figures.read();

        assertThat(figures.nextLine()).isTrue();
        assertThat(figures.isNumbered("cpu")).isFalse();
        assertThat(figures.nextLine()).isTrue();
        assertThat(figures.isNumbered("cpu")).isTrue();
        assertThat(figures.figure(2)).isEqualTo(4);
        assertThat(figures.nextLine()).isTrue();
        assertThat(figures.isNumbered("cpu")).isFalse();
        assertThat(figures.nextLine()).isFalse();
    }

    @Test
    void tellsNothingOfWhatIsNotInTheLine() throws IOException {
        Files.writeString(file, "1 2\n3 4 5\n");

        figures.read();

        assertThat(figures.nextLine()).isTrue();
        assertThat(figures.figure(2)).isZero();
        assertThat(figures.isNumbered("1 2\n")).isFalse();
    }

    @Test
    void takesALineThatIsCutOffForNone() throws IOException {
        Files.writeString(file, "1\n" + "2".repeat(BYTES) + "\n");

        figures.read();

        assertThat(figures.nextLine()).isTrue();
        assertThat(figures.nextLine()).isFalse();
    }

    private long first(String text) throws IOException {
        Files.writeString(file, text);
        figures.read();
        return figures.nextLine() ? figures.figure(1) : -1;
    }
}
