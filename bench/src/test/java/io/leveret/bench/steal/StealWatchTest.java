package io.leveret.bench.steal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StealWatchTest {

    @TempDir
    private Path folder;

    @Test
    void judgesWhatItWasToldBeforeItTellsTheTimes() throws IOException {
        Path stat = Files.writeString(folder.resolve("stat"), "cpu  9 9 9 9 9 9 9 5 0 0\ncpu0 9 9 9 9 9 9 9 5 0 0\n");
        long before = System.nanoTime();
        try (StealWatch watch = StealWatch.begin(stat)) {
            watch.answered(before, 1);
            watch.answered(System.nanoTime() + StolenSpans.MARGIN_NANOS, 1);

            assertThat(Objects.requireNonNull(watch.undisturbedNanos()).getTotalCount())
                    .isEqualTo(1);
        }
    }

    @Test
    void tellsWhatTheHostTookOfAllProcessorsTogetherSinceItBegan() throws IOException {
        Path stat = Files.writeString(folder.resolve("stat"), "cpu  9 9 9 9 9 9 9 5 0 0\ncpu0 9 9 9 9 9 9 9 3 0 0\n");
        try (StealWatch watch = StealWatch.begin(stat)) {
            try (FileChannel file = FileChannel.open(stat, StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(new byte[] {'8'}), "cpu  9 9 9 9 9 9 9 ".length());
            }
            // Looks until all are judged.
            watch.answered(System.nanoTime(), 1);
            assertThat(watch.undisturbedNanos()).isNotNull();
            assertThat(watch.stolenMs()).isEqualTo(30);
        }
    }

    @Test
    void tellsNothingWhereTheSystemDoesNotTell() {
        try (StealWatch watch = StealWatch.begin(folder.resolve("stat"))) {
            watch.answered(System.nanoTime(), 1);

            assertThat(watch.undisturbedNanos()).isNull();
            assertThat(watch.stolenMs()).isZero();
        }
    }
}
