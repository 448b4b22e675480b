package io.leveret.broker.transaction;

/**
 * How many things are taken for one batch, which come to nothing together if one of them fails: one alone after an error, and then more
 * and more. So one that fails each time keeps the others up for a while, and not for ever. Used by one thread at a time.
 */
final class Portion {

    private final int most;
    private int now;

    /** @param most at least 1 */
    Portion(int most) {
        this.most = most;
        this.now = most;
    }

    /** How many to take, at least 1. It counts as failed until {@link #wentWell}. */
    int take() {
        int taken = now;
        now = 1;
        return taken;
    }

    /** @param taken what {@link #take} told */
    void wentWell(int taken) {
        now = Math.min(most, 2 * taken);
    }
}
