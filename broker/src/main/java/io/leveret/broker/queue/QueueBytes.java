package io.leveret.broker.queue;

/**
 * What the messages take, in octets, as of one moment.
 *
 * @param paged of how many of the ready entries the messages are on the disk only
 * @param memory what the queue takes of the heap
 */
public record QueueBytes(long ready, long unacked, long paged, long memory) {}
