package io.leveret.broker.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class RunQueueTest {

    @Test
    void findsAThreadByItsName() throws InterruptedException {
        long[] waited = new long[3];
        Thread thread = new Thread(
                () -> {
                    try (RunQueue queue = RunQueue.of("run-queue-test-thread")) {
                        waited[0] = ownWait();
                        waited[1] = queue.waitedNanos();
                        waited[2] = ownWait();
                    }
                },
                "run-queue-test-thread");
        thread.start();
        thread.join();

        assertThat(waited[1]).isBetween(waited[0], waited[2]);
    }

    @Test
    void tellsNothingOfAThreadThatIsNotThere() {
        try (RunQueue nobodys = RunQueue.of("nobody")) {
            assertThat(nobodys.waitedNanos()).isZero();
        }
    }

    /** What the kernel says of the calling thread, whatever its name is. */
    private static long ownWait() {
        try {
            String figures = Files.readString(Path.of("/proc/thread-self/schedstat"));
            return Long.parseLong(figures.split(" ", -1)[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
