package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Compares the throughput of a queue with message groups with that of a plain one under the same load, in turn, and checks the order of
 * each group. Exit code 1: a run that failed, or a group out of order.
 */
@Command(
        name = "groups",
        description = "Compares a queue with message groups with a plain one, and checks the order of each group.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
final class GroupsCommand implements Callable<Integer> {

    private static final int WAIT_SECONDS = 30;

    @Mixin
    private AddressOptions broker = new AddressOptions();

    @Option(names = "--groups", description = "Groups that messages are spread over at random.")
    private int groups = 10_000;

    @Option(names = "--consumers", description = "Consumers, each on a connection of its own.")
    private int consumers = 8;

    @Option(names = "--prefetch", description = "Prefetch of each consumer.")
    private int prefetch = 200;

    @Option(names = "--window", description = "Messages in flight; the publisher pauses at it.")
    private int window = 10_000;

    @Option(names = "--rounds", description = "How often each queue has its turn.")
    private int rounds = 5;

    @Option(names = "--warm-up", description = "Seconds of each turn before its figures start.")
    private int warmUpSeconds = 2;

    @Option(names = "--seconds", description = "Seconds measured in each turn.")
    private int seconds = 5;

    private final CompletableFuture<Void> failure = new CompletableFuture<>();

    private GroupsCommand() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new GroupsCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Double> plain = new ArrayList<>();
        List<Double> grouped = new ArrayList<>();
        try {
            for (int round = 0; round < rounds; round++) {
                plain.add(perSecond(false));
                grouped.add(perSecond(true));
                System.out.printf(
                        Locale.ROOT,
                        "round %d: plain %,.0f/s, grouped %,.0f/s, every group in order%n",
                        round + 1,
                        plain.get(round),
                        grouped.get(round));
            }
        } catch (ExecutionException e) {
            System.err.println("groups: " + e.getCause());
            return 1;
        } catch (TimeoutException e) {
            System.err.println("groups: not set up, or not everything delivered, within " + WAIT_SECONDS + " s");
            return 1;
        }
        System.out.printf(
                Locale.ROOT,
                "median: plain %,.0f/s, grouped %,.0f/s, ratio %.2f%n",
                median(plain),
                median(grouped),
                median(grouped) / median(plain));
        return 0;
    }

    private static double median(List<Double> figures) {
        return figures.stream().sorted().toList().get(figures.size() / 2);
    }

    private double perSecond(boolean grouped) throws InterruptedException, ExecutionException, TimeoutException {
        String name = "groups-" + UUID.randomUUID();
        GroupsInFlight inFlight = new GroupsInFlight(groups, grouped);
        GroupsPublisher publisher = new GroupsPublisher(inFlight, name, window);
        try (Connector connector = new Connector(broker.address(), false, failure::completeExceptionally)) {
            open(connector, topology(name, grouped), publisher);
            for (int i = 0; i < consumers; i++) {
                List<ByteBuf> steps = List.of(Frames.qos(prefetch), Frames.consume(name, false));
                open(connector, steps, new GroupsConsumer(inFlight, publisher::publish));
            }
            connector.loop().execute(publisher::publish);
            pass(warmUpSeconds);
            long before = delivered(connector, inFlight);
            long began = System.nanoTime();
            pass(seconds);
            long count = delivered(connector, inFlight) - before;
            double perSecond = count * 1e9 / (System.nanoTime() - began);
            CompletableFuture<Void> ended =
                    connector.loop().submit(publisher::end).get();
            CompletableFuture.anyOf(ended, failure).get(WAIT_SECONDS, TimeUnit.SECONDS);
            return perSecond;
        }
    }

    private static List<ByteBuf> topology(String name, boolean grouped) {
        return List.of(
                Frames.declareExchange(name, "fanout"),
                grouped ? Frames.declareGroupedQueue(name) : Frames.declareQueue(name, false),
                Frames.bindQueue(name, name, ""));
    }

    private static void open(Connector connector, List<ByteBuf> steps, Traffic traffic)
            throws InterruptedException, ExecutionException, TimeoutException {
        connector.open(steps, traffic).get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Lets time pass, unless something fails. */
    private void pass(int forSeconds) throws InterruptedException, ExecutionException {
        try {
            failure.get(forSeconds, TimeUnit.SECONDS);
        } catch (TimeoutException undisturbed) {
            // So it should be.
        }
    }

    private static long delivered(Connector connector, GroupsInFlight inFlight)
            throws InterruptedException, ExecutionException {
        return connector.loop().submit(inFlight::delivered).get();
    }
}
