package io.leveret.interop.crash;

/** What clients do to a message, or learn of it, wherever the broker has put it. */
sealed interface Fate permits EntryState, Journey {

    Custody custody();

    void promised(long atMs);

    default void ackSent() {
        custody().ackSent();
    }

    default void ackForced() {
        custody().gone();
    }

    default void returned() {
        custody().returned();
    }
}
