package io.leveret.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What virtual hosts that nobody uses cost a server: no thread of their own. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the threads of a process are counted in /proc")
class IdleVirtualHostsTest {

    private static final int MANY = 200;

    /** The JVM, and the pools that all share, start a thread when there is work for one more: a few, whatever there is to open. */
    private static final int STARTED_LATE = 20;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void manyHaveTheThreadsThatOneHas() throws Exception {
        int ofOne = threadsWith(1);

        assertThat(threadsWith(MANY)).isBetween(ofOne - STARTED_LATE, ofOne + STARTED_LATE);
    }

    /** Each has a queue, so that its store has written something. */
    private int threadsWith(int count) throws Exception {
        Path definitions = folder.resolve(count + ".json");
        Files.writeString(
                definitions,
                "{\"vhosts\": [" + each("{\"name\": \"v%d\"}", count) + "], \"queues\": ["
                        + each(
                                "{\"vhost\": \"v%d\", \"name\": \"q\", \"durable\": true, \"auto_delete\": false}",
                                count)
                        + "]}");
        try (ServerProcess server = start(folder.resolve("data-" + count), definitions)) {
            server.awaitStarted();
            assertThat(server.output()).contains("vhost=v" + (count - 1));
            int threads = threadsOf(server);
            server.terminate();
            assertThat(server.awaitExit()).isZero();
            return threads;
        }
    }

    /** Nothing is held back or laid out on the disk beforehand, which would be nine MiB each. */
    private ServerProcess start(Path data, Path definitions) throws IOException {
        return ServerProcess.start(
                folder,
                "server",
                "--data-dir=" + data,
                "--set=listeners.tcp.default=127.0.0.1:0",
                "--set=leveret.store.reserve_bytes=0",
                "--set=leveret.store.preallocate_bytes=0",
                "--set=load_definitions=" + definitions);
    }

    private static String each(String format, int count) {
        return IntStream.range(0, count).mapToObj(format::formatted).collect(Collectors.joining(", "));
    }

    private static int threadsOf(ServerProcess server) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(server.pid()), "status")).stream()
                .filter(line -> line.startsWith("Threads:"))
                .map(line -> line.substring("Threads:".length()).strip())
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElseThrow();
    }
}
