package io.leveret.bench.pair;

import java.net.MalformedURLException;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** What a message costs in a queue with ten priorities by a plain queue: both run the same benchmark, as {@link Turns} has it. */
public final class PriorityCost {

    private static final int HIGHEST = 9;

    private static final List<String> NAMES =
            List.of("plain", "ten priorities", "ten priorities again", "plain again", "both with priorities");

    private PriorityCost() {}

    /** @param arguments this build's class path, and how many messages are in a burst, for one measurement after the other */
    public static void main(String[] arguments) throws ReflectiveOperationException, MalformedURLException {
        System.out.println(
                "| burst | acknowledged | waiting | queue | ns (tenth to median) | by the plain one's mean (quartiles) |");
        System.out.println("|--:|---|--:|---|--:|--:|");
        int[] bursts =
                Arrays.stream(arguments).skip(1).mapToInt(Integer::parseInt).toArray();
        for (int burst : bursts) {
            for (boolean noAck : new boolean[] {true, false}) {
                for (int backlog : new int[] {0, 100_000}) {
                    measure(arguments[0], burst, noAck, backlog);
                }
            }
        }
    }

    private static void measure(String classPath, int burst, boolean noAck, int backlog)
            throws ReflectiveOperationException, MalformedURLException {
        IntUnaryOperator plain = Turns.rounds(classPath, burst, noAck, backlog, 0);
        IntUnaryOperator levels = Turns.rounds(classPath, burst, noAck, backlog, HIGHEST);
        IntUnaryOperator levelsAgain = Turns.rounds(classPath, burst, noAck, backlog, HIGHEST);
        IntUnaryOperator plainAgain = Turns.rounds(classPath, burst, noAck, backlog, 0);
        Turns.of(NAMES, List.of(plain, levels, levelsAgain, plainAgain))
                .print("| " + burst + " | " + (noAck ? "no" : "yes") + " | " + backlog);
    }
}
