package io.leveret.interop.crash;

import static java.lang.Long.min;

/** Who has a message in one place, as far as clients know: the broker, one of them, or nobody any more. Belongs to the judge. */
final class Custody {

    private static final long NEVER = Long.MAX_VALUE;

    private boolean out;
    private boolean ackSent;
    private boolean gone;
    private boolean deliveredInThisRun;
    private long firstDeliveredMs = NEVER;

    void delivered(long atMs) {
        out = true;
        deliveredInThisRun = true;
        firstDeliveredMs = min(firstDeliveredMs, atMs);
    }

    void ackSent() {
        ackSent = true;
        out = false;
    }

    void returned() {
        out = false;
    }

    void gone() {
        gone = true;
    }

    /** The broker has put it elsewhere, where nobody got it yet. */
    void moved() {
        deliveredInThisRun = false;
        firstDeliveredMs = NEVER;
    }

    /** What stands after a loss was shown to a client then; what doesn't must never come again. */
    void found(boolean there, long atMs) {
        gone |= !there;
        ackSent = false;
        out = false;
        deliveredInThisRun = there;
        firstDeliveredMs = there ? min(firstDeliveredMs, atMs) : firstDeliveredMs;
    }

    boolean isOut() {
        return out;
    }

    boolean isAckSent() {
        return ackSent;
    }

    boolean isGone() {
        return gone;
    }

    boolean wasDelivered() {
        return firstDeliveredMs != NEVER;
    }

    boolean wasDeliveredInThisRun() {
        return deliveredInThisRun;
    }

    boolean wasDeliveredBefore(long atMs) {
        return firstDeliveredMs < atMs;
    }
}
