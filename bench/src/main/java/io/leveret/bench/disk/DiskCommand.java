package io.leveret.bench.disk;

import io.leveret.bench.figures.Json;
import io.leveret.bench.figures.Latencies;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
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
        try (ForcedFile file = ForcedFile.create(folder, sizeBytes)) {
            measure(file, warmUpSeconds);
            System.out.println(json(measure(file, seconds)));
            return 0;
        }
    }

    private Histogram measure(ForcedFile file, int seconds) throws IOException {
        Histogram nanos = Latencies.histogram();
        long pause = rate == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / rate;
        long due = System.nanoTime();
        long end = due + TimeUnit.SECONDS.toNanos(seconds);
        for (long now = due; now - end < 0; now = System.nanoTime()) {
            if (now - due < 0) {
                LockSupport.parkNanos(due - now);
                continue;
            }
            due += pause;
            Latencies.record(nanos, file.append());
        }
        return nanos;
    }

    private String json(Histogram nanos) {
        Map<String, Number> figures = new LinkedHashMap<>();
        figures.put("forces_per_second", nanos.getTotalCount() / (double) seconds);
        figures.putAll(Latencies.of("", nanos));
        return Json.object(figures);
    }
}
