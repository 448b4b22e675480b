package io.leveret.interop.crash;

/** What clients do to a message, or learn of it, wherever the broker has put it. */
sealed interface Fate permits EntryState, Journey {

    void promised(long atMs);

    void ackSent();

    void ackForced();

    void requeued();
}
