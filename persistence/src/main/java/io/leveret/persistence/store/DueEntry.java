package io.leveret.persistence.store;

/**
 * An entry that has a deadline.
 *
 * @param deadlineMs in milliseconds since 1970
 */
public record DueEntry(long deadlineMs, long queueId, long position) {}
