package io.leveret.bench.load;

import io.leveret.bench.figures.Quartiles;
import io.leveret.bench.load.GroupsTurn.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Compares the throughput of a queue with message groups with that of a plain one under the same load, in many short pairs of turns of which
 * either goes first every other time, and checks the order of each group. What counts is the ratio within a pair, since the machine changes
 * from minute to minute. Exit code 1: a turn that failed, or a group out of order.
 */
@Command(
        name = "groups",
        description = "Compares a queue with message groups with a plain one, and checks the order of each group.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
final class GroupsCommand implements Callable<Integer> {

    @Mixin
    private AddressOptions broker = new AddressOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--groups", description = "Groups that messages are spread over at random.")
    private int groups = 10_000;

    @Option(names = "--consumers", description = "Consumers, each on a connection of its own.")
    private int consumers = 8;

    @Option(names = "--prefetch", description = "Prefetch of each consumer.")
    private int prefetch = 5_000;

    @Option(
            names = "--keeps",
            description = "Deliveries that each consumer leaves unacknowledged, so that it holds their groups.")
    private int keeps = 4_000;

    @Option(names = "--window", description = "Messages on their way to the consumers; the publisher pauses at it.")
    private int window = 100_000;

    @Option(names = "--rounds", description = "How often each queue has its turn.")
    private int rounds = 21;

    @Option(names = "--uncounted", description = "Rounds before these, in which classes are compiled.")
    private int uncounted = 2;

    @Option(names = "--warm-up", description = "Seconds of each turn before its figures start.")
    private int warmUpSeconds = 2;

    @Option(names = "--seconds", description = "Seconds measured in each turn.")
    private int seconds = 3;

    @Option(names = "--broker-pid", description = "The broker's process, whose processor time is told; 0 if unknown.")
    private long brokerPid;

    private GroupsCommand() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new GroupsCommand()).execute(arguments));
    }

    private record Round(Figures plain, Figures grouped) {

        double ratio(ToDoubleFunction<Figures> figure) {
            return figure.applyAsDouble(grouped) / figure.applyAsDouble(plain);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (rounds < 1 || keeps < 0 || keeps >= prefetch) {
            throw new ParameterException(
                    spec.commandLine(), "--rounds has to be at least 1, and --keeps less than --prefetch");
        }
        List<Round> done = new ArrayList<>();
        try {
            for (int number = 1 - uncounted; number <= rounds; number++) {
                Round round = round(number % 2 == 0);
                print(number, round);
                if (number > 0) {
                    done.add(round);
                }
            }
        } catch (ExecutionException e) {
            System.err.println("groups: " + e.getCause());
            return 1;
        } catch (TimeoutException e) {
            System.err.println(
                    "groups: not set up, or not everything delivered, within " + GroupsTurn.WAIT_SECONDS + " s");
            return 1;
        }
        summary(done);
        return 0;
    }

    private Round round(boolean groupedFirst) throws InterruptedException, ExecutionException, TimeoutException {
        Figures first = turn(groupedFirst);
        Figures second = turn(!groupedFirst);
        return groupedFirst ? new Round(second, first) : new Round(first, second);
    }

    private Figures turn(boolean grouped) throws InterruptedException, ExecutionException, TimeoutException {
        GroupsTurn.Work work = new GroupsTurn.Work(groups, consumers, prefetch, keeps, window);
        try (GroupsTurn turn = new GroupsTurn(broker.address(), brokerPid, work, grouped)) {
            return turn.run(warmUpSeconds, seconds);
        }
    }

    private void print(int number, Round round) {
        System.out.printf(
                Locale.ROOT,
                "%s: plain %,.0f/s, grouped %,.0f/s, ratio %.2f; of %,d groups %,.0f were held and %,.0f active, each in order%n",
                number > 0 ? "round " + number : "uncounted",
                round.plain().perSecond(),
                round.grouped().perSecond(),
                round.ratio(Figures::perSecond),
                groups,
                round.grouped().held(),
                round.grouped().active());
    }

    private void summary(List<Round> done) {
        System.out.printf(
                Locale.ROOT,
                "median: plain %,.0f/s, grouped %,.0f/s%n",
                median(done.stream().map(round -> round.plain().perSecond()).toList()),
                median(done.stream().map(round -> round.grouped().perSecond()).toList()));
        print("grouped by plain, messages a second", done, Figures::perSecond);
        if (brokerPid != 0) {
            print("grouped by plain, the broker's processor time for each message", done, Figures::cpuMicros);
        }
    }

    private static void print(String what, List<Round> done, ToDoubleFunction<Figures> figure) {
        Quartiles ratios =
                Quartiles.of(done.stream().map(round -> round.ratio(figure)).toList());
        System.out.printf(
                Locale.ROOT,
                "%s: median of the ratios of %d pairs %.2f, half of them between %.2f and %.2f%n",
                what,
                done.size(),
                ratios.median(),
                ratios.lower(),
                ratios.upper());
    }

    private static double median(List<Double> figures) {
        return Quartiles.of(figures).median();
    }
}
