package io.leveret.interop.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Leveret in a JVM of its own, whose heap and CPU time can be read. It belongs to the test that started it; closing it
 * fails if the broker had logged an error or does not stop cleanly.
 */
public final class ServerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String STARTED = "Server startup complete";
    private static final Pattern LISTENING = Pattern.compile("listening on: 127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    // A leak of one of Netty's buffers is an error in the log.
    private static final Pattern FAULT = Pattern.compile(" ERROR |LEAK|OutOfMemory");
    private static final int LINES_SHOWN = 20;

    private final Process process;
    private final Path folder;
    private final InetSocketAddress address;

    private ServerProcess(Process process, Path folder) throws IOException, InterruptedException {
        this.process = process;
        this.folder = folder;
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), awaitPort());
    }

    /**
     * Starts it on a free port.
     *
     * @param heapMaxMiB its -Xmx
     * @param settings as for --set
     */
    public static ServerProcess start(int heapMaxMiB, String... settings) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("leveret-server");
        List<String> words = new ArrayList<>(List.of(java("java"), "-Xmx" + heapMaxMiB + "m"));
        words.addAll(List.of("-ea", "-XX:+UseParallelGC", "-Dio.netty.leakDetection.level=paranoid"));
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.leveret.server.Main", "server"));
        words.addAll(List.of("--data-dir", folder.resolve("data").toString()));
        words.addAll(List.of("--set", "listeners.tcp.1=127.0.0.1:0"));
        for (String setting : settings) {
            words.addAll(List.of("--set", setting));
        }
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log(folder).toFile()))
                .start();
        // A test JVM that is interrupted leaves no broker behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new ServerProcess(process, folder);
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

    /** CPU time of all its threads since it started. */
    public Duration cpuTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    @Override
    public void close() throws IOException {
        boolean ended = stop();
        String said = output();
        if (!ended || process.exitValue() != 0 || FAULT.matcher(said).find()) {
            throw new AssertionError("the server " + (ended ? "ended with " + process.exitValue() : "did not stop")
                    + " (expected: 0, and no error in its log, " + log(folder) + "):\n" + faults(said));
        }
        deleteFolder();
    }

    private boolean stop() {
        process.destroy();
        try {
            return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            process.destroyForcibly();
        }
    }

    private int awaitPort() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!output().contains(STARTED)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException("the server did not start: " + faults(output()));
            }
            Thread.sleep(50);
        }
        Matcher listening = LISTENING.matcher(output());
        if (!listening.find()) {
            throw new IOException("the server does not say where it listens: " + output());
        }
        return Integer.parseInt(listening.group(1));
    }

    private String output() throws IOException {
        return Files.readString(log(folder), StandardCharsets.UTF_8);
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

    private void deleteFolder() throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    private static Path log(Path folder) {
        return folder.resolve("server.log");
    }

    /** A program of the Java that runs the tests. */
    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }
}
