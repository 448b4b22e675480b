package io.leveret.bench.pair;

import java.net.MalformedURLException;
import java.util.List;

/** What a message costs in this build's queue by another build's: both run the same benchmark, as {@link Turns} has it. */
public final class QueueCost {

    private static final List<String> NAMES =
            List.of("other build", "this build", "this build again", "other build again", "both of this");

    private QueueCost() {}

    /** @param arguments the class path of the other build, that of this one; of both, the other's benchmark comes first */
    public static void main(String[] arguments) throws ReflectiveOperationException, MalformedURLException {
        System.out.println(
                "| burst | acknowledged | waiting | build | ns (tenth to median) | by the other's mean (quartiles) |");
        System.out.println("|--:|---|--:|---|--:|--:|");
        for (int burst : new int[] {1, 100}) {
            for (boolean noAck : new boolean[] {true, false}) {
                for (int backlog : new int[] {0, 100_000}) {
                    measure(arguments[0], arguments[1], burst, noAck, backlog);
                }
            }
        }
    }

    private static void measure(String other, String own, int burst, boolean noAck, int backlog)
            throws ReflectiveOperationException, MalformedURLException {
        Turns turns = Turns.of(
                NAMES,
                List.of(
                        Turns.rounds(other, burst, noAck, backlog, 0),
                        Turns.rounds(own, burst, noAck, backlog, 0),
                        Turns.rounds(own, burst, noAck, backlog, 0),
                        Turns.rounds(other, burst, noAck, backlog, 0)));
        turns.print("| " + burst + " | " + (noAck ? "no" : "yes") + " | " + backlog);
    }
}
