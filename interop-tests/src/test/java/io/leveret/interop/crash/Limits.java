package io.leveret.interop.crash;

import static java.lang.Math.min;

/**
 * When messages leave the first queue of a circuit by themselves, or are not let in.
 *
 * @param maxLength or {@link #NONE}
 * @param ttlMs or {@link #NONE}
 * @param refuses whether it lets nothing in that is too much, and drops nothing
 */
record Limits(long maxLength, long ttlMs, boolean refuses) {

    static final long NONE = Circuit.NO_TTL;

    /** What an operator says beside a user: the smaller one holds. */
    Limits and(Limits operator) {
        return new Limits(min(maxLength, operator.maxLength), min(ttlMs, operator.ttlMs), refuses);
    }

    boolean drops() {
        return maxLength != NONE && !refuses;
    }
}
