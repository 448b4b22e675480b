package io.leveret.interop.process;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.condition.OS;

/**
 * A Leveret in a JVM of its own, whose heap and CPU time can be read. It belongs to the test that started it; closing it
 * fails if the broker had logged an error or does not stop cleanly.
 */
public final class ServerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String STARTED = "Server startup complete";
    private static final Pattern LISTENING = Pattern.compile("listening on: 127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    /** Every buffer is watched, as with level=paranoid. That notes each access, too, and small messages take four times as long. */
    private static final List<String> LEAK_DETECTION =
            List.of("-Dio.netty.leakDetection.level=simple", "-Dio.netty.leakDetection.samplingInterval=1");
    // A leak of one of Netty's buffers is an error in the log.
    private static final Pattern FAULT = Pattern.compile(" ERROR |LEAK|OutOfMemory");
    private static final int LINES_SHOWN = 20;

    private final Process process;
    private final Path log;
    private final InetSocketAddress address;
    /** Deleted at close, or null where the test keeps it. */
    private final @Nullable Path temporary;

    private ServerProcess(Process process, Path log, @Nullable Path temporary)
            throws IOException, InterruptedException {
        this.process = process;
        this.log = log;
        this.temporary = temporary;
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), awaitPort());
    }

    /**
     * Starts it on a free port, with a data folder that is gone when it is closed.
     *
     * @param heapMaxMiB its -Xmx
     * @param settings as for --set
     */
    public static ServerProcess start(int heapMaxMiB, String... settings) throws IOException, InterruptedException {
        return startOn(List.of(), heapMaxMiB, settings);
    }

    /** The same with further options for Java. */
    public static ServerProcess startOn(List<String> javaOptions, int heapMaxMiB, String... settings)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("leveret-server");
        Path log = nextLog(folder);
        Process process = launch(folder, log, javaOptions, heapMaxMiB, List.of(settings));
        return new ServerProcess(process, log, folder);
    }

    /** Starts it on what an earlier server left in a folder: {@code data}, and a log for each start. */
    public static ServerProcess startIn(Path folder, int heapMaxMiB, List<String> settings)
            throws IOException, InterruptedException {
        return startIn(folder, List.of(), heapMaxMiB, settings);
    }

    /** The same with further options for Java. */
    public static ServerProcess startIn(Path folder, List<String> javaOptions, int heapMaxMiB, List<String> settings)
            throws IOException, InterruptedException {
        Path log = nextLog(folder);
        return new ServerProcess(launch(folder, log, javaOptions, heapMaxMiB, settings), log, null);
    }

    /** Starts it in a folder and kills it that long afterwards, most likely while it recovers. */
    public static void killWhileStarting(Path folder, int heapMaxMiB, List<String> settings, Duration after)
            throws IOException, InterruptedException {
        Path log = nextLog(folder);
        Process process = launch(folder, log, List.of(), heapMaxMiB, settings);
        boolean ended = process.waitFor(after.toMillis(), TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
        String said = Files.readString(log, StandardCharsets.UTF_8);
        if (ended || FAULT.matcher(said).find()) {
            throw new AssertionError("the server did not start (" + log + "):\n" + faults(said));
        }
    }

    private static Process launch(
            Path folder, Path log, List<String> javaOptions, int heapMaxMiB, List<String> settings) throws IOException {
        List<String> words = new ArrayList<>(List.of(java("java")));
        words.addAll(launcherOptions());
        words.addAll(List.of("-Xmx" + heapMaxMiB + "m", "-ea"));
        words.addAll(LEAK_DETECTION);
        words.addAll(javaOptions);
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.leveret.server.Main", "server"));
        words.addAll(List.of("--data-dir", folder.resolve("data").toString()));
        words.addAll(List.of("--set", "listeners.tcp.1=127.0.0.1:0"));
        // First, so that a test may turn it off: it wakes the loops.
        words.addAll(List.of("--set", "leveret.event_loop_watchdog=true"));
        for (String setting : settings) {
            words.addAll(List.of("--set", setting));
        }
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()))
                .start();
        // A test JVM that is interrupted leaves no broker behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    /** What the launcher gives this Java, so that what is tested has the same collector and the same bounds. */
    private static List<String> launcherOptions() throws IOException {
        try (InputStream in = ServerProcess.class.getResourceAsStream("/io/leveret/server/jvm-defaults.txt")) {
            String lines = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            int java = Runtime.version().feature();
            return lines.lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .map(line -> line.split(" +", 3))
                    .filter(words -> Integer.parseInt(words[0]) <= java)
                    .map(words -> words[1])
                    .filter(option -> !option.contains("Priority") || OS.LINUX.isCurrentOs())
                    .toList();
        }
    }

    private static Path nextLog(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            long before = files.filter(file -> file.toString().endsWith(".log")).count();
            return folder.resolve("server-" + (before + 1) + ".log");
        }
    }

    public InetSocketAddress address() {
        return address;
    }

    /** What is reachable after a full collection. */
    public long liveHeapBytes() throws IOException, InterruptedException {
        String histogram = Command.of(PATIENCE, java("jcmd"), Long.toString(process.pid()), "GC.class_histogram")
                .run();
        Matcher total = HISTOGRAM_TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IOException("no total in the class histogram: " + histogram);
        }
        return Long.parseLong(total.group(1));
    }

    /** What its threads are doing. */
    public String threads() throws IOException, InterruptedException {
        return Command.of(PATIENCE, java("jcmd"), Long.toString(process.pid()), "Thread.print")
                .run();
    }

    /** CPU time of all its threads since it started. */
    public Duration cpuTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** {@code kill -9}: returns when it is dead. Fails if it had logged an error, or had died before. */
    public void kill() throws IOException, InterruptedException {
        boolean alive = process.isAlive();
        process.destroyForcibly().waitFor();
        String said = output();
        reportLoops(said);
        if (!alive || FAULT.matcher(said).find()) {
            throw new AssertionError("the server " + (alive ? "had logged an error" : "had ended by itself")
                    + " before it was killed (" + log + "):\n" + faults(said));
        }
    }

    @Override
    public void close() throws IOException {
        boolean ended = stop();
        String said = output();
        reportLoops(said);
        if (!ended || process.exitValue() != 0 || FAULT.matcher(said).find()) {
            throw new AssertionError("the server " + (ended ? "ended with " + process.exitValue() : "did not stop")
                    + " (expected: 0, and no error in its log, " + log + "):\n" + faults(said));
        }
        if (temporary != null) {
            Folders.delete(temporary);
        }
    }

    private static void reportLoops(String said) {
        LoopReport.of(said).forEach(System.out::println);
    }

    private boolean stop() {
        process.destroy();
        try {
            return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            // Dead when this returns, so that its folder can be unmounted and deleted.
            process.destroyForcibly().onExit().join();
        }
    }

    private int awaitPort() throws IOException, InterruptedException {
        try {
            awaitOutput(STARTED);
        } catch (IOException e) {
            process.destroyForcibly();
            throw new IOException("the server did not start: " + faults(output()), e);
        }
        Matcher listening = LISTENING.matcher(output());
        if (!listening.find()) {
            throw new IOException("the server does not say where it listens: " + output());
        }
        return Integer.parseInt(listening.group(1));
    }

    /**
     * Waits until what it has logged contains something, which may be later than what it did then: a thread of its own writes the log.
     *
     * @throws IOException if it ends without it, or takes too long
     */
    public void awaitOutput(String regex) throws IOException, InterruptedException {
        Pattern wanted = Pattern.compile(regex);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!wanted.matcher(output()).find()) {
            // Its end is told; that its log has grown is not, so that is asked for again.
            if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                throw new IOException("the server did not log " + regex);
            }
        }
    }

    /** What it has logged so far. */
    public String output() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    /** The first lines that tell of a fault, each with what follows it, or else the last lines of all. */
    private static String faults(String said) {
        List<String> lines = said.lines().toList();
        int first = 0;
        while (first < lines.size() && !FAULT.matcher(lines.get(first)).find()) {
            first++;
        }
        int from = first < lines.size() ? first : Math.max(0, lines.size() - LINES_SHOWN);
        return String.join("\n", lines.subList(from, Math.min(lines.size(), from + LINES_SHOWN)));
    }

    /** A program of the Java that runs the tests. */
    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }
}
