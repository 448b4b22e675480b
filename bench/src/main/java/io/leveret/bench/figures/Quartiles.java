package io.leveret.bench.figures;

import java.util.List;

/** Where the middle half of some figures lies. */
public record Quartiles(double lower, double median, double upper) {

    /**
     * Those of at least one figure; what falls between two figures is interpolated.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Quartiles of(List<Double> figures) {
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("no figures (expected: at least one)");
        }
        double[] sorted =
                figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Quartiles(at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75));
    }

    private static double at(double[] sorted, double share) {
        double rank = share * (sorted.length - 1);
        int below = (int) rank;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }
}
