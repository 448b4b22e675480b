package io.leveret.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a JVM of its own, with this test's class path. Owned by the test that starts it; killed at close. */
final class ServerProcess implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Pattern STARTED =
            Pattern.compile("listening on: \\S*:(\\d+)\\s[^\\n]*Server startup complete");

    private final Process process;
    private final Path output;

    private ServerProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static ServerProcess start(Path folder, String... arguments) throws IOException {
        Path output = Files.createTempFile(folder, "server", ".out");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.leveret.server.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("RABBITMQ_") || name.startsWith("LEVERET_"));
        return new ServerProcess(builder.start(), output);
    }

    /** Waits for the line that says so; gives the port. */
    int awaitStarted() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (System.nanoTime() < deadline) {
            Matcher started = STARTED.matcher(output().replace('\n', ' '));
            if (started.find()) {
                return Integer.parseInt(started.group(1));
            }
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        throw new AssertionError("the server did not start:\n" + output());
    }

    int awaitExit() throws IOException, InterruptedException {
        if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not end:\n" + output());
        }
        return process.exitValue();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    long pid() {
        return process.pid();
    }

    String output() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
