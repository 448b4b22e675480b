package io.leveret.bench.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes small records to a preallocated file and forces each (fdatasync), one after the other, and tells how long that took. */
@Command(
        name = "disk",
        description = "Times a bare write and fdatasync.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
final class DiskCommand implements Callable<Integer> {

    private static final int FILE_BYTES = 64 * 1024 * 1024;
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final double[] PERCENTILES = {50, 99, 99.9, 99.99};

    @Option(names = "--folder", required = true, description = "Where the file is made; it is deleted at the end.")
    private Path folder = Path.of(".");

    @Option(names = "--size", description = "Bytes of a record.")
    private int sizeBytes = 1024;

    @Option(names = "--rate", description = "Records a second; 0: as fast as it goes.")
    private int rate = 0;

    @Option(names = "--warm-up", description = "Seconds before the figures start.")
    private int warmUpSeconds = 2;

    @Option(names = "--seconds", description = "Seconds measured.")
    private int seconds = 10;

    private DiskCommand() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new DiskCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Path path = Files.createTempFile(folder, "disk-", ".probe");
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            preallocate(file);
            measure(file, warmUpSeconds);
            System.out.println(json(measure(file, seconds)));
            return 0;
        } finally {
            Files.delete(path);
        }
    }

    /** Zeros, forced, so that a record changes neither the file's length nor where it lies. */
    private static void preallocate(FileChannel file) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(1024 * 1024);
        for (long at = 0; at < FILE_BYTES; at += zeros.capacity()) {
            write(file, zeros.clear(), at);
        }
        file.force(true);
    }

    private Histogram measure(FileChannel file, int seconds) throws IOException {
        Histogram nanos = new Histogram(LONGEST_NANOS, 3);
        ByteBuffer record = ByteBuffer.allocateDirect(sizeBytes);
        long pause = rate == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / rate;
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        long due = start;
        long at = 0;
        for (long now = start; now - end < 0; now = System.nanoTime()) {
            if (now - due < 0) {
                LockSupport.parkNanos(due - now);
                continue;
            }
            due += pause;
            write(file, record.clear().putLong(now).rewind(), at);
            file.force(false);
            at = (at + sizeBytes) % (FILE_BYTES - sizeBytes);
            nanos.recordValue(Math.min(System.nanoTime() - now, LONGEST_NANOS));
        }
        return nanos;
    }

    private static void write(FileChannel file, ByteBuffer bytes, long at) throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += file.write(bytes, position);
        }
    }

    private String json(Histogram nanos) {
        StringBuilder json = new StringBuilder();
        json.append(
                String.format(Locale.ROOT, "{\"forces_per_second\": %.3f", nanos.getTotalCount() / (double) seconds));
        for (double percentile : PERCENTILES) {
            String name = Double.toString(percentile).replace(".0", "").replace(".", "");
            json.append(String.format(
                    Locale.ROOT, ", \"p%s_us\": %.3f", name, nanos.getValueAtPercentile(percentile) / 1e3));
        }
        return json.append(String.format(Locale.ROOT, ", \"max_us\": %.3f}", nanos.getMaxValue() / 1e3))
                .toString();
    }
}
