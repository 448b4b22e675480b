package io.leveret.interop.reference;

import io.leveret.interop.process.Command;
import io.leveret.interop.process.FreePort;
import io.leveret.interop.process.Tool;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node of the {@code rabbitmq-server} on the PATH, with its data in a temporary folder. */
final class InstalledNode implements ReferenceSource {

    private static final String SERVER = "rabbitmq-server";
    private static final int MANAGEMENT_PORT_OFFSET = 10_000;
    private static final Duration CTL_TIMEOUT = Duration.ofMinutes(2);

    @Override
    public @Nullable RunningNode start(Path configuration) throws Exception {
        if (!Tool.onPath(SERVER)) {
            return null;
        }
        int port = FreePort.withNeighbours(0, MANAGEMENT_PORT_OFFSET, 20_000);
        Path folder = Files.createTempDirectory("rabbitmq-reference");
        Process server = launch(port, folder, configuration);
        // A node whose JVM is interrupted must not stay behind.
        Runtime.getRuntime().addShutdownHook(new Thread(server::destroy));
        return new RunningNode(
                FreePort.onLoopback(port),
                FreePort.onLoopback(port + MANAGEMENT_PORT_OFFSET),
                SERVER,
                () -> stop(server),
                command ->
                        Command.of(CTL_TIMEOUT, words(nodeName(port), command)).run());
    }

    private static Process launch(int port, Path folder, Path configuration) throws IOException {
        Path own = folder.resolve("rabbitmq.conf");
        String lines = "listeners.tcp.1 = 127.0.0.1:" + port + "\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = "
                + (port + MANAGEMENT_PORT_OFFSET) + "\n" + Files.readString(configuration);
        Files.writeString(own, lines);
        Files.writeString(folder.resolve("enabled_plugins"), "[rabbitmq_management].");
        ProcessBuilder builder = new ProcessBuilder(List.of(SERVER));
        builder.environment().put("RABBITMQ_NODENAME", nodeName(port));
        builder.environment().put("RABBITMQ_DIST_PORT", Integer.toString(port + 20_000));
        builder.environment().put("RABBITMQ_CONFIG_FILE", own.toString());
        builder.environment()
                .put(
                        "RABBITMQ_ENABLED_PLUGINS_FILE",
                        folder.resolve("enabled_plugins").toString());
        builder.environment().put("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString());
        builder.environment().put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
        File output = folder.resolve("output").toFile();
        return builder.redirectErrorStream(true).redirectOutput(output).start();
    }

    private static String[] words(String node, String... command) {
        List<String> words = new ArrayList<>(List.of("rabbitmqctl", "-n", node));
        words.addAll(List.of(command));
        return words.toArray(String[]::new);
    }

    private static String nodeName(int port) {
        return "reference" + port + "@localhost";
    }

    private static void stop(Process server) throws InterruptedException {
        server.destroy();
        if (!server.waitFor(30, TimeUnit.SECONDS)) {
            server.destroyForcibly();
        }
    }
}
