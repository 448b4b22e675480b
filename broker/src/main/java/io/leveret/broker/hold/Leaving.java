package io.leveret.broker.hold;

import io.leveret.broker.hold.Delivery.Outcome;

/**
 * A message that is to leave, and where it goes: it stays that way until the next flush, whatever is declared or deleted meanwhile. Used by
 * the thread that found it.
 */
public interface Leaving {

    /**
     * Asks those that may refuse it, where it keeps its places from then on.
     *
     * @return false if it would be lost, and nobody wanted that: all refuse it, or there is none; then, too, {@link #giveUp} is to be called
     */
    boolean admit();

    /**
     * It does not leave now; no harm if it was not {@link #admit asked} for. Whoever was asked for last gives up first. Keys are given up with
     * the batch.
     */
    void giveUp();

    /** Gathers it for those that take it. To be called once at most. */
    Outcome gather();
}
