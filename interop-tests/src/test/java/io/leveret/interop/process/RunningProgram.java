package io.leveret.interop.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A program of the machine that runs beside its test, which takes what it says line by line, errors included. Owned by the test's thread;
 * closing it kills it. One that ends or is silent when the test waits for it is a failure that shows its last lines.
 */
public final class RunningProgram implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 60;
    private static final int LINES_SHOWN = 40;

    /** Stands behind the last line; no program's line has a line's end in it. */
    private static final String ENDED = "\n";

    private final List<String> words;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> taken = new ArrayList<>();

    private RunningProgram(List<String> words, Process process) {
        this.words = words;
        this.process = process;
    }

    public static RunningProgram start(String... words) throws IOException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        // A test JVM that is interrupted leaves no program behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        RunningProgram program = new RunningProgram(List.of(words), process);
        Thread reader = new Thread(program::read, "lines of " + words[0]);
        reader.setDaemon(true);
        reader.start();
        return program;
    }

    /** Its own thread: a read of a pipe has no time limit, and can't be interrupted. */
    private void read() {
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lines.add(ENDED);
        }
    }

    /** Passes over its lines up to the next one that begins so, and returns the rest of that. */
    public String await(String beginning) throws InterruptedException {
        long deadline = System.nanoTime() + SECONDS.toNanos(PATIENCE_SECONDS);
        String line = take(beginning, deadline);
        while (!line.startsWith(beginning)) {
            // The deadline holds for all of them.
            line = take(beginning, deadline);
        }
        return line.substring(beginning.length());
    }

    /** Asks it to end (SIGTERM), and waits until it has done what it has to do before. */
    public void end() throws InterruptedException {
        // The handle's, since the process's own closes the pipe that the program still writes to.
        process.toHandle().destroy();
        if (!process.waitFor(PATIENCE_SECONDS, SECONDS) || process.exitValue() != 0) {
            throw failure(process.isAlive() ? "does not end" : "ended with " + process.exitValue());
        }
    }

    private String take(String awaited, long deadline) throws InterruptedException {
        @Nullable String line = lines.poll(deadline - System.nanoTime(), NANOSECONDS);
        if (line == null || line.equals(ENDED)) {
            throw failure((line == null ? "did not say '" : "ended and had not said '") + awaited + "'");
        }
        taken.add(line);
        return line;
    }

    private AssertionError failure(String what) {
        lines.drainTo(taken);
        List<String> last = taken.subList(Math.max(0, taken.size() - LINES_SHOWN), taken.size());
        return new AssertionError(String.join(" ", words) + " " + what + ":\n" + String.join("\n", last));
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
        process.onExit().join();
    }
}
