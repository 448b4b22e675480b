package io.leveret.bench.load;

import io.leveret.bench.disk.ForcedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Times, one after the other and over again, a bare write and fdatasync, a confirm of a broker that forces, and one of a broker that
 * does not. In turn within milliseconds, since a disk that others use too is another one a second later.
 */
@Command(
        name = "confirm",
        description = "Times confirms of two brokers and the bare disk in turn.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
final class ConfirmCommand implements Callable<Integer> {

    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 3;

    /** Something that tells how long it took. */
    private interface Step {
        long nanos() throws IOException;
    }

    private record Timed(Step step, Histogram nanos) {}

    @Option(names = "--fsync-port", required = true, description = "Port of the broker that forces.")
    private int fsyncPort;

    @Option(names = "--os-port", required = true, description = "Port of the broker that does not.")
    private int osPort;

    @Option(
            names = "--folder",
            required = true,
            description = "Where the bare file is made, on the disk of the brokers.")
    private Path folder = Path.of(".");

    @Option(names = "--size", description = "Bytes of a message and of a bare record.")
    private int sizeBytes = 1024;

    @Option(
            names = "--rate",
            description = "Turns a second; a disk may be slower when it is asked more than its share.")
    private int rate = 200;

    @Option(names = "--warm-up", description = "Seconds before the figures start.")
    private int warmUpSeconds = 10;

    @Option(names = "--seconds", description = "Seconds measured.")
    private int seconds = 20;

    private final Histogram disk = new Histogram(LONGEST_NANOS, DIGITS);
    private final Histogram fsync = new Histogram(LONGEST_NANOS, DIGITS);
    private final Histogram os = new Histogram(LONGEST_NANOS, DIGITS);

    private ConfirmCommand() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ConfirmCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        try (ForcedFile file = ForcedFile.create(folder, sizeBytes);
                OneInFlight forcing = connect(fsyncPort);
                OneInFlight writing = connect(osPort)) {
            List<List<Timed>> orders = orders(
                    new Timed(file::append, disk), new Timed(forcing::publish, fsync), new Timed(writing::publish, os));
            measure(orders, warmUpSeconds);
            disk.reset();
            fsync.reset();
            os.reset();
            measure(orders, seconds);
        }
        System.out.printf("{%s, %s, %s}%n", json("disk", disk), json("fsync", fsync), json("os", os));
        return 0;
    }

    private OneInFlight connect(int port) throws IOException {
        return new OneInFlight(new Load.Address("127.0.0.1", port, "guest", "guest", "/"), "confirm", sizeBytes);
    }

    private static List<List<Timed>> orders(Timed a, Timed b, Timed c) {
        return List.of(
                List.of(a, b, c),
                List.of(c, b, a),
                List.of(b, c, a),
                List.of(a, c, b),
                List.of(c, a, b),
                List.of(b, a, c));
    }

    private void measure(List<List<Timed>> orders, int seconds) throws IOException {
        long pause = TimeUnit.SECONDS.toNanos(1) / rate;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        int turn = 0;
        for (long due = System.nanoTime(); due - end < 0; due += pause) {
            LockSupport.parkNanos(due - System.nanoTime());
            // In every order, since a force is faster right after another one.
            for (Timed next : orders.get(turn++ % orders.size())) {
                next.nanos.recordValue(next.step.nanos());
            }
        }
    }

    private static String json(String name, Histogram nanos) {
        return String.format(
                Locale.ROOT,
                "\"%s_p50_us\": %.3f, \"%s_p99_us\": %.3f",
                name,
                nanos.getValueAtPercentile(50) / 1e3,
                name,
                nanos.getValueAtPercentile(99) / 1e3);
    }
}
