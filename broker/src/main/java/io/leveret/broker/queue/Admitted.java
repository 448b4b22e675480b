package io.leveret.broker.queue;

/** What a queue says to a message before it comes. */
public enum Admitted {
    /** It takes it. */
    TAKEN,
    /** It has no room for it. */
    REFUSED,
    /** It has, or had, one with the same key: the message is not needed, and its publisher is told that all is well. */
    DUPLICATE
}
