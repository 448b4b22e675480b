package io.leveret.bench.load;

import io.leveret.bench.load.Load.ExchangeType;
import io.leveret.bench.load.Load.Part;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command line of the generator. Exit code 1: a run that can't be counted, or lost something. */
@Command(
        name = "load",
        description = "Loads an AMQP broker with pre-encoded publishes and counts what it delivers.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
final class LoadCommand implements Callable<Integer> {

    @Mixin
    private AddressOptions broker = new AddressOptions();

    @Option(names = "--producers", description = "Producers, each on a connection of its own.")
    private int producers = 1;

    @Option(names = "--consumers", description = "Consumers, each on a connection of its own; 0: one for each queue.")
    private int consumers = 0;

    @Option(names = "--queues", description = "Queues.")
    private int queues = 1;

    @Option(
            names = "--exchange-type",
            description = "${COMPLETION-CANDIDATES}. With DIRECT a message reaches one queue, else all.")
    private ExchangeType exchangeType = ExchangeType.DIRECT;

    @Option(
            names = "--part",
            description =
                    "${COMPLETION-CANDIDATES}. PUBLISH leaves its messages in --queue, CONSUME takes --messages from there.")
    private Part part = Part.BOTH;

    @Option(
            names = "--queue",
            description = "A durable queue by this name, which stays; empty: queues of the run's own.")
    private String queue = "";

    @Option(names = "--size", description = "Body size in bytes; the first eight carry the send time.")
    private int sizeBytes = 16;

    @Option(names = "--persistent", description = "Persistent messages and durable queues.")
    private boolean persistent;

    @Option(names = "--ack-every", description = "Ack every N deliveries, multiple=true; 0: automatic.")
    private int ackEvery = 0;

    @Option(names = "--prefetch", description = "Prefetch of each consumer; 0: no limit.")
    private int prefetch = 0;

    @Option(names = "--confirm", description = "Publisher confirms, with at most N unconfirmed on a channel; 0: none.")
    private int confirmWindow = 0;

    @Option(names = "--window", description = "Messages in flight over all producers; a producer pauses at it.")
    private int window = 10_000;

    @Option(names = "--rate", description = "Publishes a second over all producers; 0: as fast as they go.")
    private int rate = 0;

    @Option(names = "--warm-up", description = "Seconds of load before the figures start.")
    private int warmUpSeconds = 5;

    @Option(names = "--seconds", description = "Seconds measured.")
    private int seconds = 10;

    @Option(names = "--messages", description = "End after so many publishes, if the seconds allow; 0: no limit.")
    private long messages = 0;

    @Option(names = "--spin", description = "Poll instead of sleeping: exact times, at the price of a core.")
    private boolean spin;

    @Option(
            names = "--undisturbed",
            description =
                    "Tell confirms once more without those in whose time a virtual machine's host took a processor away.")
    private boolean undisturbed;

    @Option(names = "--progress", description = "Print the counts each second, as JSON objects.")
    private boolean progress;

    @Option(names = "--broker-pid", description = "Process whose CPU time and memory the report shows.")
    private @Nullable Integer brokerPid;

    @Option(names = "--json", description = "Print a JSON object instead of name=value.")
    private boolean json;

    private LoadCommand() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LoadCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
                .setParameterExceptionHandler(LoadCommand::refuse)
                .execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            Report report = LoadRun.of(load());
            System.out.println(json ? report.json() : report.line());
            return report.complete() ? 0 : 1;
        } catch (LoadException | IllegalArgumentException e) {
            System.err.println("load: " + e.getMessage());
            return 1;
        }
    }

    private static int refuse(ParameterException mistake, String[] arguments) {
        System.err.println("load: " + mistake.getMessage() + " (see --help)");
        return ExitCode.USAGE;
    }

    private Load load() {
        return new Load(
                broker.address(),
                part,
                queue,
                producers,
                consumers == 0 ? queues : consumers,
                queues,
                exchangeType,
                sizeBytes,
                persistent,
                ackEvery,
                prefetch,
                confirmWindow,
                window,
                rate,
                warmUpSeconds,
                seconds,
                messages,
                spin,
                undisturbed,
                progress,
                brokerPid == null ? OptionalInt.empty() : OptionalInt.of(brokerPid));
    }
}
