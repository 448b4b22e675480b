package io.leveret.bench.relay;

import io.leveret.bench.figures.Json;
import io.leveret.bench.figures.Latencies;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Relays messages with no broker between, and tells how long that took: what the machine leaves a broker to do better. */
@Command(
        name = "relay",
        description = {
            "Times messages through a socket, a thread that writes them to a file, and a socket back.",
            "Each line of standard input is one piece to measure, its seconds; at the end the figures of all pieces are printed."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
final class RelayCommand implements Callable<Integer> {

    @Option(names = "--folder", required = true, description = "Where the file is made; it is deleted at the end.")
    private Path folder = Path.of(".");

    @Option(names = "--size", description = "Bytes of a message.")
    private int sizeBytes = 1024;

    @Option(names = "--rate", description = "Messages a second.")
    private int rate = 5000;

    @Option(names = "--warm-up", description = "Seconds of load before each piece.")
    private int warmUpSeconds = 5;

    @Option(names = "--spin", description = "Poll instead of sleeping between two messages; it takes a core.")
    private boolean spin;

    private RelayCommand() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RelayCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Process server = startServer();
        try (BufferedReader output = lines(server.getInputStream())) {
            String port = output.readLine();
            if (port == null) {
                throw new IOException("the relay's server did not start");
            }
            try (RelayClient client = new RelayClient(Integer.parseInt(port), sizeBytes, rate, spin)) {
                System.out.println(Json.object(measure(client)));
            }
            return 0;
        } finally {
            server.destroy();
        }
    }

    /** A line more for each piece, so that the script can run something else before the next. */
    private Map<String, Number> measure(RelayClient client) throws IOException {
        BufferedReader pieces = lines(System.in);
        int total = 0;
        for (@Nullable String piece = pieces.readLine(); piece != null; piece = pieces.readLine()) {
            int seconds = Integer.parseInt(piece.strip());
            client.measure(warmUpSeconds, seconds);
            total += seconds;
            System.out.println(Json.object(Map.of("seconds", total)));
        }
        Map<String, Number> figures = new LinkedHashMap<>();
        figures.put("seconds", total);
        figures.putAll(Latencies.of("", client.nanos()));
        Histogram undisturbed = client.undisturbedNanos();
        if (undisturbed != null) {
            figures.putAll(Latencies.ofPart("undisturbed_", undisturbed, client.nanos()));
        }
        return figures;
    }

    /** The same Java with the same class path. */
    private Process startServer() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RelayServer.class.getName(),
                        folder.toString(),
                        Integer.toString(sizeBytes))
                .redirectError(Redirect.INHERIT)
                .start();
    }

    private static BufferedReader lines(InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
    }
}
