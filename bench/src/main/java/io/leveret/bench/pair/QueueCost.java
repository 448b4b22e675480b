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
 * What a message costs in this build's queue by another build's: both run the same benchmark in this JVM, in turn every few
 * milliseconds, so that what else the machine does happens to both alike. Each runs twice, this one between the other's: the later
 * of two that are the same was slower by up to a quarter. How far a build is from itself is what that and the JIT compiler's luck make
 * of one program.
 */
public final class QueueCost {

    private static final long WARM_UP_NANOS = 4_000_000_000L;

    /** How long a round of one build takes, about. */
    private static final long ROUND_NANOS = 20_000_000L;

    private static final int ROUNDS = 100;
    private static final String[] NAMES = {"other build", "this build", "this build again", "other build again"};

    private QueueCost() {}

    /** @param arguments the class path of the other build, that of this one; of both, the other's benchmark comes first */
    public static void main(String[] arguments) throws ReflectiveOperationException, MalformedURLException {
        System.out.println(
                "| burst | acknowledged | waiting | build | ns (tenth to median) | by the other's mean (quartiles) |");
        System.out.println("|--:|---|--:|---|--:|--:|");
        for (int burst : new int[] {1, 100}) {
            for (boolean noAck : new boolean[] {true, false}) {
                for (int backlog : new int[] {0, 100_000}) {
                    List<IntUnaryOperator> builds = List.of(
                            rounds(arguments[0], burst, noAck, backlog),
                            rounds(arguments[1], burst, noAck, backlog),
                            rounds(arguments[1], burst, noAck, backlog),
                            rounds(arguments[0], burst, noAck, backlog));
                    String row = "| " + burst + " | " + (noAck ? "no" : "yes") + " | " + backlog;
                    print(row, measure(builds));
                }
            }
        }
    }

    private static IntUnaryOperator rounds(String classPath, int burst, boolean noAck, int backlog)
            throws ReflectiveOperationException, MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        ClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        return (IntUnaryOperator) loader.loadClass(QueueRounds.class.getName())
                .getConstructor(int.class, boolean.class, int.class)
                .newInstance(burst, noAck, backlog);
    }

    /** Nanoseconds of each build in each round. */
    private static double[][] measure(List<IntUnaryOperator> builds) {
        int times = warmUp(builds);
        double[][] nanos = new double[builds.size()][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int turn = 0; turn < builds.size(); turn++) {
                int build = (turn + round) % builds.size();
                nanos[build][round] = nanos(builds.get(build), times) / (double) times;
            }
        }
        return nanos;
    }

    /** How many times make a round. */
    private static int warmUp(List<IntUnaryOperator> builds) {
        int times = 100;
        for (IntUnaryOperator build : builds) {
            long spent = 0;
            while (spent < WARM_UP_NANOS) {
                long took = nanos(build, times);
                spent += took;
                if (took < ROUND_NANOS) {
                    times *= 2;
                }
            }
        }
        return times;
    }

    private static long nanos(IntUnaryOperator build, int times) {
        long begin = System.nanoTime();
        int ignored = build.applyAsInt(times);
        return System.nanoTime() - begin;
    }

    private static void print(String row, double[][] nanos) {
        for (int build = 0; build < nanos.length; build++) {
            print(row + " | " + NAMES[build], nanos[build], ratios(nanos, build, build));
        }
        double[] both = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            both[round] = (nanos[1][round] + nanos[2][round]) / 2;
        }
        print(row + " | both of this", both, ratios(nanos, 1, 2));
    }

    /** In each round what two cost together by what the other build does twice. */
    private static double[] ratios(double[][] nanos, int one, int another) {
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
