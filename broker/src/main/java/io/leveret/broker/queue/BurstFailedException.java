package io.leveret.broker.queue;

/**
 * A queue failed while it took its part of a burst, for a fault of ours or for want of memory. All others have theirs. What that queue
 * did not take and the disk has is in it again after a restart; it must not be brought once more.
 */
public final class BurstFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private BurstFailedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** @param cause one of these, or what failed otherwise: in who tells consumers, in paging, or for want of memory to tell of it */
    public static BurstFailedException of(Throwable cause) {
        return cause instanceof BurstFailedException known
                ? known
                : new BurstFailedException("a burst failed apart from its queues", cause);
    }

    static BurstFailedException of(Queue queue, Throwable cause) {
        return new BurstFailedException(
                queue.describe() + " could not take messages; those on the disk are back after a restart", cause);
    }
}
