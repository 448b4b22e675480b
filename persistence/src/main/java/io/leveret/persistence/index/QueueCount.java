package io.leveret.persistence.index;

/**
 * What a segment's file holds of one queue at one level, settled or not.
 *
 * @param bytes of the messages' heads and bodies
 * @param sharedBytes the same with each message's bytes divided by the number of queues that it is in
 */
public record QueueCount(
        long queueId, int level, int entries, long bytes, long sharedBytes, int firstOrdinal, int lastOrdinal) {}
