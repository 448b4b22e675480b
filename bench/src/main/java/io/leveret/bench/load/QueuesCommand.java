package io.leveret.bench.load;

import io.leveret.bench.disk.ForcedFile;
import io.leveret.bench.load.QueueSteps.Request;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Does one thing to many durable queues, over some connections side by side, and tells how many a second were done. */
@Command(
        name = "queues",
        description = "Declares, fills or deletes many durable queues and prints how long it took.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
final class QueuesCommand implements Callable<Integer> {

    private static final int SETUP_SECONDS = 60;
    private static final int SIZE_BYTES = 1024;

    /** What is done to each queue. */
    private enum Step {
        DECLARE,
        FILL,
        DELETE
    }

    @Mixin
    private AddressOptions broker = new AddressOptions();

    @Option(names = "--step", required = true, description = "${COMPLETION-CANDIDATES}.")
    private Step step = Step.DECLARE;

    @Option(names = "--prefix", description = "What the names of the queues begin with; a number follows.")
    private String prefix = "many-";

    @Option(names = "--queues", description = "Queues.")
    private int queues = 10_000;

    @Option(names = "--connections", description = "Connections, each with its part of the queues.")
    private int connections = 8;

    @Option(names = "--messages", description = "Persistent 1 KiB messages that FILL publishes to each queue.")
    private int messages = 100;

    @Option(
            names = "--disk",
            description =
                    "With one connection: a folder in which 1 KiB is written and forced after each answer, for comparison; the first half is not counted.")
    private @Nullable Path disk;

    @Option(names = "--timeout", description = "Seconds until it is given up.")
    private int timeoutSeconds = 600;

    private final CompletableFuture<Void> failure = new CompletableFuture<>();

    private QueuesCommand() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new QueuesCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Connector connector = new Connector(broker.address(), false, failure::completeExceptionally)) {
            if (disk != null) {
                System.out.println(besideDisk(connector, disk));
                return 0;
            }
            double seconds = step == Step.FILL ? fill(connector) : steps(connector);
            System.out.printf(
                    Locale.ROOT, "{\"seconds\": %.6f, \"queues_per_second\": %.3f}%n", seconds, queues / seconds);
            return 0;
        } catch (IOException e) {
            System.err.println("queues: " + e);
            return 1;
        } catch (ExecutionException e) {
            System.err.println("queues: " + e.getCause());
            return 1;
        } catch (TimeoutException e) {
            System.err.println("queues: not done within " + timeoutSeconds + " s");
            return 1;
        }
    }

    private Request request() {
        return step == Step.DELETE ? Frames::deleteQueue : Frames::declareKeptQueue;
    }

    private String besideDisk(Connector connector, Path folder)
            throws InterruptedException, ExecutionException, TimeoutException, IOException {
        try (ForcedFile file = ForcedFile.create(folder, SIZE_BYTES)) {
            QueueSteps steps = new QueueSteps(names(0), request(), file);
            open(connector, List.of(), steps);
            timed(connector, steps::begin, List.of(steps.done()));
            return String.format(
                    Locale.ROOT,
                    "{\"queues_per_second\": %.3f, \"forces_per_second\": %.3f}",
                    steps.answersPerSecond(),
                    steps.forcesPerSecond());
        }
    }

    private double steps(Connector connector) throws InterruptedException, ExecutionException, TimeoutException {
        List<QueueSteps> parts = new ArrayList<>();
        for (int part = 0; part < connections; part++) {
            QueueSteps steps = new QueueSteps(names(part), request(), null);
            open(connector, List.of(), steps);
            parts.add(steps);
        }
        return timed(
                connector,
                () -> parts.forEach(QueueSteps::begin),
                parts.stream().map(QueueSteps::done).toList());
    }

    private double fill(Connector connector) throws InterruptedException, ExecutionException, TimeoutException {
        List<QueueRounds> parts = new ArrayList<>();
        for (int part = 0; part < connections; part++) {
            List<Publish> publishes = names(part).stream()
                    .map(queue -> Publish.single("", queue, SIZE_BYTES))
                    .toList();
            QueueRounds rounds = new QueueRounds(publishes, messages);
            open(connector, List.of(Frames.selectConfirms()), rounds);
            parts.add(rounds);
        }
        return timed(
                connector,
                () -> parts.forEach(QueueRounds::begin),
                parts.stream().map(QueueRounds::done).toList());
    }

    private static void open(Connector connector, List<ByteBuf> steps, Traffic traffic)
            throws InterruptedException, ExecutionException, TimeoutException {
        connector.open(steps, traffic).get(SETUP_SECONDS, TimeUnit.SECONDS);
    }

    private double timed(Connector connector, Runnable begin, List<CompletableFuture<Void>> parts)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Void> all = CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
        long began = System.nanoTime();
        connector.loop().execute(begin);
        CompletableFuture.anyOf(all, failure).get(timeoutSeconds, TimeUnit.SECONDS);
        return (System.nanoTime() - began) / 1e9;
    }

    private List<String> names(int part) {
        return IntStream.iterate(part, queue -> queue < queues, queue -> queue + connections)
                .mapToObj(queue -> prefix + queue)
                .toList();
    }
}
