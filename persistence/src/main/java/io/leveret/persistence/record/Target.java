package io.leveret.persistence.record;

/**
 * One queue that took a message.
 *
 * @param deadlineMs when the entry expires or falls due, as fixed at publish, in milliseconds since 1970; 0 for never
 * @param level the priority within the queue, 0 to 255
 * @param hash of the entry's deduplication key or group; 0 for none
 */
public record Target(long queueId, long deadlineMs, int level, long hash) {

    public static Target of(long queueId) {
        return new Target(queueId, 0, 0, 0);
    }
}
