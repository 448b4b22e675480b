package io.leveret.broker.queue;

/**
 * When an entry expires that the store has.
 *
 * @param timeMs in milliseconds since 1970
 */
public record StoredDeadline(long timeMs, long position) {}
