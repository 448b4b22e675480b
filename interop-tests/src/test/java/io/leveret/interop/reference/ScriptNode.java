package io.leveret.interop.reference;

import io.leveret.interop.process.Command;
import io.leveret.interop.process.FreePort;
import io.leveret.interop.process.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node started by the project's script {@code rabbitmq-4}, which stops it too should this JVM be killed. */
final class ScriptNode implements ReferenceSource {

    private static final Path SCRIPT = Path.of("rabbitmq-4").toAbsolutePath();

    /** The script's choice. */
    private static final int MANAGEMENT_PORT_OFFSET = 10_000;

    // Unpacking a RabbitMQ for the first time takes some minutes.
    private static final Duration TIMEOUT = Duration.ofMinutes(15);

    @Override
    public @Nullable RunningNode start(Path configuration) throws Exception {
        if (!usable()) {
            return null;
        }
        int port = FreePort.withNeighbours(-1_000, 0, MANAGEMENT_PORT_OFFSET, 10_012, 20_000);
        String owner = Long.toString(ProcessHandle.current().pid());
        Map<String, String> environment = Map.of("RABBITMQ4_CONF", configuration.toString());
        Command.of(TIMEOUT, SCRIPT.toString(), "start", Integer.toString(port), owner)
                .run(environment);
        return new RunningNode(
                FreePort.onLoopback(port),
                FreePort.onLoopback(port + MANAGEMENT_PORT_OFFSET),
                SCRIPT.getFileName().toString(),
                () -> Command.of(TIMEOUT, SCRIPT.toString(), "stop", Integer.toString(port))
                        .run(),
                command -> ctl(port, command));
    }

    private static void ctl(int port, String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of(SCRIPT.toString(), "ctl", Integer.toString(port), "rabbitmqctl"));
        words.addAll(List.of(command));
        Command.of(TIMEOUT, words.toArray(String[]::new)).run();
    }

    private static boolean usable() {
        boolean root = "root".equals(System.getProperty("user.name"));
        return root && Files.isExecutable(SCRIPT) && (Tool.onPath("debootstrap") || Files.isDirectory(unpacked()));
    }

    private static Path unpacked() {
        String home =
                System.getenv().getOrDefault("RABBITMQ4_HOME", System.getProperty("user.home") + "/.cache/rabbitmq-4");
        return Path.of(home, "sid");
    }
}
