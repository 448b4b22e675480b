package io.leveret.bench.steal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class StealTicksTest {

    @TempDir
    private Path folder;

    @Test
    void tellsWhatTheProcessorLostThatLostMost() throws IOException {
        charge(107, 100, 7);
        try (StealTicks ticks = open()) {
            charge(112, 104, 8);
            assertThat(ticks.grown()).isEqualTo(4);

            charge(121, 106, 15);
            assertThat(ticks.grown()).isEqualTo(7);

            assertThat(ticks.grown()).isZero();
        }
    }

    @Test
    void countsWhatAllProcessorsLostTogetherAsOneTickAtMost() throws IOException {
        charge(107, 100, 7);
        try (StealTicks ticks = open()) {
            charge(109, 100, 7);

            assertThat(ticks.grown()).isEqualTo(1);
        }
    }

    @Test
    void looksPastAProcessorThatIsGone() throws IOException {
        charge(107, 100, 7);
        try (StealTicks ticks = open()) {
            Files.writeString(stat(), "cpu  9 9 9 9 9 9 9 110 0 0\ncpu0 9 9 9 9 9 9 9 103 0 0\nintr 5\n");

            assertThat(ticks.grown()).isEqualTo(3);
        }
    }

    @Test
    void failsOnceItCanNotReadAnyMore() throws IOException {
        charge(107, 100, 7);
        StealTicks ticks = open();
        ticks.close();

        assertThatThrownBy(ticks::grown).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void isNotThereWhereTheSystemDoesNotTell() throws IOException {
        assertThat(StealTicks.open(stat())).isNull();

        Files.writeString(stat(), "cpu  9 9 9 9\ncpu0 9 9 9 9\nintr 5\n");
        assertThat(StealTicks.open(stat())).isNull();
    }

    @Test
    void readsWholeLinesOnly() {
        String text = "cpu  1 2 3 4 5 6 7 81 9 10\ncpu0 1 2 3 4 5 6 7 82 9 10\nintr 5 0\n";
        int first = text.indexOf('\n');
        int second = text.indexOf('\n', first + 1);

        for (int length = 0; length <= text.length(); length++) {
            byte[] prefix = text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
            long[] expected = length <= first ? new long[0] : length <= second ? new long[] {81} : new long[] {81, 82};

            assertThat(StealTicks.parse(ByteBuffer.wrap(prefix)))
                    .as("%d characters", length)
                    .containsExactly(expected);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void readsWhatLinuxTells() throws IOException {
        try (StealTicks ticks = Objects.requireNonNull(StealTicks.open(Path.of("/proc/stat")))) {
            assertThat(ticks.grown()).isNotNegative();
        }
    }

    private StealTicks open() throws IOException {
        return Objects.requireNonNull(StealTicks.open(stat()));
    }

    private void charge(long all, long first, long second) throws IOException {
        Files.writeString(
                stat(),
                "cpu  9 9 9 9 9 9 9 %d 0 0%ncpu0 9 9 9 9 9 9 9 %d 0 0%ncpu1 9 9 9 9 9 9 9 %d 0 0%nintr 5%n"
                        .formatted(all, first, second));
    }

    private Path stat() {
        return folder.resolve("stat");
    }
}
