package io.leveret.broker.queue;

/**
 * When an entry expires that the store has.
 *
 * @param timeMs in milliseconds since 1970
 * @param level which the entry has in its queue
 */
public record StoredDeadline(long timeMs, int level, long position) {}
