package io.leveret.interop.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program of the machine, run to its end by the thread that asks for it; a child that outlives its time is killed. */
public final class Command {

    private final List<String> words;
    private final Duration timeout;

    private Command(List<String> words, Duration timeout) {
        this.words = words;
        this.timeout = timeout;
    }

    public static Command of(Duration timeout, String... words) {
        return new Command(List.of(words), timeout);
    }

    /** Its standard output; what it said is in the exception if it fails. */
    public String run() throws IOException, InterruptedException {
        return run(Map.of());
    }

    public String run(Map<String, String> environment) throws IOException, InterruptedException {
        // Files, not pipes: a daemon that a script leaves behind may keep a pipe open, and nobody would see its end.
        Path output = Files.createTempFile("command", ".out");
        Path errors = Files.createTempFile("command", ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(words).redirectOutput(output.toFile()).redirectError(errors.toFile());
            builder.environment().putAll(environment);
            String failure = await(builder.start());
            String said = Files.readString(output, StandardCharsets.UTF_8);
            if (!failure.isEmpty()) {
                throw new IOException(String.join(" ", words) + failure + ": "
                        + Files.readString(errors, StandardCharsets.UTF_8) + said);
            }
            return said;
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    private String await(Process process) throws InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            return " did not end in " + timeout.toSeconds() + " s";
        }
        return process.exitValue() == 0 ? "" : " failed with exit code " + process.exitValue();
    }
}
