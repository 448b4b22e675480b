package io.leveret.bench.load;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Consumes messages that have a time without acknowledgements, and tells how late they come. Exit code 1: not each of them came once, or one was early. */
@Command(
        name = "late",
        description = "Consumes delayed messages or dead letters, and tells how late they come.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
final class LateCommand implements Callable<Integer> {

    private static final int ON_TIME_MS = 10;

    @Mixin
    private AddressOptions broker = new AddressOptions();

    @Option(names = "--queue", required = true, description = "The queue that they come to.")
    private String queue = "";

    @Option(names = "--messages", required = true, description = "How many there are.")
    private int messages;

    @Option(
            names = "--uncounted",
            description = "So many come first whose lateness is not told, since classes are loaded for them.")
    private long uncounted;

    @Option(names = "--end", required = true, description = "When the last one is due, in milliseconds since 1970.")
    private long endMs;

    @Option(names = "--patience", description = "Seconds after that in which they have to come.")
    private int patienceSeconds = 120;

    @Option(
            names = "--timer",
            description =
                    "Milliseconds between the wakes of a bare timer beside, whose lateness is told too; 0 for none.")
    private long timerMs;

    private final CompletableFuture<Histogram> failure = new CompletableFuture<>();

    private LateCommand() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LateCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        LateConsumer consumer = new LateConsumer(messages, uncounted);
        long waitMs = endMs - System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(patienceSeconds);
        BareTimer timer = timerMs > 0 ? new BareTimer(timerMs) : null;
        try (Connector connector = new Connector(broker.address(), false, failure::completeExceptionally)) {
            connector.open(List.of(Frames.consume(queue, true)), consumer).get(patienceSeconds, TimeUnit.SECONDS);
            CompletableFuture.anyOf(consumer.done(), failure).get(Math.max(0, waitMs), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            System.err.println("late: " + e.getCause());
            return 1;
        } catch (TimeoutException e) {
            System.err.println("late: not all came within " + patienceSeconds + " s of the last one's time");
            return 1;
        }
        System.out.printf(
                Locale.ROOT,
                "each came once and none early, the last %,d ms after the end%n",
                consumer.lastMs() - endMs);
        tell("late", consumer.done().join());
        if (timer != null) {
            tell("a bare timer meanwhile", timer.end());
        }
        return 0;
    }

    private static void tell(String what, Histogram lateMs) {
        System.out.printf(
                Locale.ROOT,
                "%s: half %d ms, 90 %% %d ms, 99 %% %d ms, most %d ms; %.2f %% within %d ms%n",
                what,
                lateMs.getValueAtPercentile(50),
                lateMs.getValueAtPercentile(90),
                lateMs.getValueAtPercentile(99),
                lateMs.getMaxValue(),
                lateMs.getPercentileAtOrBelowValue(ON_TIME_MS),
                ON_TIME_MS);
    }
}
