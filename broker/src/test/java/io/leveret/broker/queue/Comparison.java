package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

/** Compares what a random history sees with what it expects, for one thread; a failure names the seed and the step. */
final class Comparison {

    private final long seed;
    private String step = "";

    Comparison(long seed) {
        this.seed = seed;
    }

    /** What is done from now on. */
    void step(String name) {
        step = name;
    }

    /** Makes no assertion of what is equal: there are millions. */
    void same(Object actual, Object expected) {
        if (!actual.equals(expected)) {
            assertThat(actual).as("seed %d: %s", seed, step).isEqualTo(expected);
        }
    }
}
