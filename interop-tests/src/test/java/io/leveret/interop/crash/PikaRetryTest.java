package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.process.Command;
import io.leveret.interop.process.Folders;
import io.leveret.interop.process.FreePort;
import io.leveret.interop.process.Pika;
import io.leveret.interop.process.RunningProgram;
import io.leveret.interop.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What {@link BlindRetryTest} does with the Java client, with pika: two programs publish the same orders and begin again whenever a kill of the
 * server breaks their connections, on a port that stays the same. Each order is there once behind all that knows duplicates, in the plugin's
 * dialect and in LavinMQ's. {@code -Dcrash.seed} makes other choices.
 */
@Timeout(300)
class PikaRetryTest {

    private static final String PROGRAM =
            Path.of("python", "blind_retry.py").toAbsolutePath().toString();
    private static final String NAME = "orders";
    private static final int KILLS = 5;

    /** All orders once are twelve: some kills come before anybody has published all, and some long after. */
    private static final int BATCHES_MAX = 12;

    private static final long SEED = Long.getLong("crash.seed", 12);

    private final Random random = new Random(SEED);
    private final int port = FreePort.withNeighbours(0);

    @BeforeAll
    static void requirePika() throws InterruptedException {
        Pika.require();
    }

    @Test
    void eachOrderIsThereOnceOverKills() throws Exception {
        Path folder = Files.createTempDirectory("leveret-pika");
        try (RunningProgram publisher = startPublisher();
                RunningProgram other = startPublisher()) {
            for (int kill = 1; kill <= KILLS; kill++) {
                killAfter(1 + random.nextInt(BATCHES_MAX), folder, publisher);
            }
            try (ServerProcess server = start(folder)) {
                publisher.end();
                other.end();
                check(server.address().getPort());
            }
        }
        Folders.delete(folder);
    }

    private static String url(int port) {
        return "amqp://guest:guest@127.0.0.1:" + port;
    }

    private RunningProgram startPublisher() throws IOException {
        String seed = String.valueOf(random.nextInt(1_000));
        return RunningProgram.start(Pika.PYTHON, PROGRAM, "publish", url(port), NAME, seed);
    }

    private ServerProcess start(Path folder) throws Exception {
        List<String> settings = new ArrayList<>(CrashSettings.random(random));
        settings.add("listeners.tcp.1=127.0.0.1:" + port);
        return ServerProcess.startIn(folder, CrashSettings.HEAP_MAX_MIB, settings);
    }

    /** The kill comes while the next batch is under way. */
    private void killAfter(int batches, Path folder, RunningProgram publisher) throws Exception {
        System.out.println("PikaRetryTest: seed " + SEED + ", a kill after " + batches + " batches");
        ServerProcess server = start(folder);
        try {
            for (int batch = 0; batch < batches; batch++) {
                publisher.await("confirmed up to");
            }
        } finally {
            server.kill();
        }
        publisher.await("lost");
    }

    private static void check(int port) throws Exception {
        String printed = Command.of(Duration.ofSeconds(60), Pika.PYTHON, PROGRAM, "consume", url(port), NAME)
                .run();
        assertThat(printed.lines())
                .as("seed %d", SEED)
                .containsExactlyElementsOf(Stream.of("type", "queue", "lavinmq-exchange", "lavinmq-queue")
                        .map(queue -> NAME + "." + queue + ": 600 messages of 600 orders, 0 missing")
                        .toList());
    }
}
