package io.leveret.bench.pair;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Two kinds of one benchmark in this JVM, in turn every few milliseconds, so that what else the machine does happens to both alike. Each runs
 * twice, the one that is judged between the other's: the later of two that are the same was slower by up to a quarter. How far a kind is from
 * itself is what that and the JIT compiler's luck make of one program.
 */
final class Turns {

    private static final long WARM_UP_NANOS = 4_000_000_000L;

    /** How long a round of one takes, about. */
    private static final long ROUND_NANOS = 20_000_000L;

    private static final int ROUNDS = 100;

    private final String[] names;
    private final double[][] nanos;

    private Turns(String[] names, double[][] nanos) {
        this.names = names;
        this.nanos = nanos;
    }

    /** The queue's benchmark with a class loader, and so with compiled code, of its own. */
    static IntUnaryOperator rounds(String classPath, int burst, boolean noAck, int backlog, int priorities)
            throws ReflectiveOperationException, MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        ClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        Class<?> rounds = loader.loadClass(QueueRounds.class.getName());
        // Other builds' may have no other constructor.
        return (IntUnaryOperator)
                (priorities == 0
                        ? rounds.getConstructor(int.class, boolean.class, int.class)
                                .newInstance(burst, noAck, backlog)
                        : rounds.getConstructor(int.class, boolean.class, int.class, int.class)
                                .newInstance(burst, noAck, backlog, priorities));
    }

    /**
     * Runs them.
     *
     * @param names of the four, and of the two together that are judged
     * @param kinds the other, the one that is judged, and both once more the other way round
     */
    static Turns of(List<String> names, List<IntUnaryOperator> kinds) {
        int times = warmUp(kinds);
        double[][] nanos = new double[kinds.size()][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int turn = 0; turn < kinds.size(); turn++) {
                int kind = (turn + round) % kinds.size();
                nanos[kind][round] = nanos(kinds.get(kind), times) / (double) times;
            }
        }
        return new Turns(names.toArray(String[]::new), nanos);
    }

    /** How many times make a round. */
    private static int warmUp(List<IntUnaryOperator> kinds) {
        int times = 100;
        for (IntUnaryOperator kind : kinds) {
            long spent = 0;
            while (spent < WARM_UP_NANOS) {
                long took = nanos(kind, times);
                spent += took;
                if (took < ROUND_NANOS) {
                    times *= 2;
                }
            }
        }
        return times;
    }

    private static long nanos(IntUnaryOperator kind, int times) {
        long begin = System.nanoTime();
        int ignored = kind.applyAsInt(times);
        return System.nanoTime() - begin;
    }

    /** Prints a row of a Markdown table for each, and one for both together that are judged: nanoseconds, and by the mean of the other's two. */
    void print(String row) {
        for (int kind = 0; kind < nanos.length; kind++) {
            print(row + " | " + names[kind], nanos[kind], ratios(kind, kind));
        }
        double[] both = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            both[round] = (nanos[1][round] + nanos[2][round]) / 2;
        }
        print(row + " | " + names[nanos.length], both, ratios(1, 2));
    }

    /** In each round what two cost together by what the other does twice. */
    private double[] ratios(int one, int another) {
        double[] ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            ratios[round] = (nanos[one][round] + nanos[another][round]) / (nanos[0][round] + nanos[3][round]);
        }
        return ratios;
    }

    private static void print(String row, double[] nanos, double[] ratios) {
        double[] sorted = nanos.clone();
        Arrays.sort(sorted);
        Arrays.sort(ratios);
        System.out.printf(
                "%s | %.0f to %.0f | %.2f (%.2f to %.2f) |%n",
                row,
                sorted[ROUNDS / 10],
                sorted[ROUNDS / 2],
                ratios[ROUNDS / 2],
                ratios[ROUNDS / 4],
                ratios[ROUNDS * 3 / 4]);
    }
}
