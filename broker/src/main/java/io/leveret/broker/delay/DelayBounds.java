package io.leveret.broker.delay;

/**
 * How much of what waits may be in memory, about, whatever waits on the disk.
 *
 * @param near messages that the store has, and that are known because they are due soon
 * @param load messages that are read at once when they are due
 * @param ahead messages that are read before they are due
 * @param loadBytes what is read at once, unless a message alone is longer
 * @param aheadBytes what is read before it is due; while more is there, what is due is read one by one
 * @param stuck messages that can't be read and are known nevertheless
 * @param cancels cancels on their way, before publishers wait
 * @param unstored messages of one virtual host that no store has, at least 1; what is more is refused
 */
public record DelayBounds(
        int near, int load, int ahead, long loadBytes, long aheadBytes, int stuck, int cancels, int unstored) {

    /** With the usual ones besides: far fewer than may wait, and as much as a small heap has room for. */
    public static DelayBounds of(int unstored) {
        return new DelayBounds(100_000, 4_000, 2_000, 4 * 1024 * 1024, 16 * 1024 * 1024, 10_000, 50_000, unstored);
    }
}
