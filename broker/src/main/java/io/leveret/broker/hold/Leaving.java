package io.leveret.broker.hold;

import io.leveret.broker.hold.Delivery.Outcome;

/**
 * A message that is to leave, and where it goes: it stays that way until the next flush, whatever is declared or deleted meanwhile. Used by
 * the thread that found it.
 */
public interface Leaving {

    /** Whether any queue is there for it, or exchange that holds it back. */
    boolean leadsSomewhere();

    /** Gathers it. To be called once at most. */
    Outcome gather();
}
