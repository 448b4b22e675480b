package io.leveret.broker.queue;

/** What a queue holds as of one moment; what only the store has is counted like the rest. */
public record QueueCounts(int ready, int unacked, int consumers) {}
