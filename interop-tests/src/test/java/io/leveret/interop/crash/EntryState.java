package io.leveret.interop.crash;

import static java.lang.Long.min;

/** What clients know of one message in one queue. Belongs to the judge. */
final class EntryState {

    private static final long NEVER = Long.MAX_VALUE;

    final Message message;
    /** A client has been promised that it stays. */
    private boolean sure;
    /** A purge was under way before its confirm came: it may have been swept away or not. */
    private boolean raced;
    /** What was sure before a purge that is not answered yet. */
    private boolean purging;

    private boolean out;
    private boolean deliveredInThisRun;
    private boolean ackSent;
    private boolean gone;
    private long firstDeliveredMs = NEVER;

    EntryState(Message message, boolean raced) {
        this.message = message;
        this.raced = raced;
    }

    void promised() {
        sure = true;
    }

    void delivered(long atMs) {
        out = true;
        deliveredInThisRun = true;
        firstDeliveredMs = min(firstDeliveredMs, atMs);
    }

    void ackSent() {
        ackSent = true;
        out = false;
    }

    void ackForced() {
        gone = true;
    }

    void requeued() {
        out = false;
    }

    void purgeSent() {
        purging = mustBeThere();
        raced |= !purging;
    }

    void purgeAnswered() {
        gone |= purging;
        purging = false;
    }

    /** What stands after a restart is durable; what doesn't must never come again. */
    void found(boolean there, long atMs) {
        gone |= !there;
        sure |= there;
        raced = false;
        purging = false;
        ackSent = false;
        out = false;
        deliveredInThisRun = there;
        firstDeliveredMs = there ? min(firstDeliveredMs, atMs) : firstDeliveredMs;
    }

    /** After a restart; a purge that was not answered is another question. */
    boolean mustBeThere() {
        return message.persistent() && sure && !raced && !ackSent && !gone && !purging;
    }

    boolean isGone() {
        return gone;
    }

    boolean isPurging() {
        return purging && !ackSent && !gone;
    }

    boolean isAckSent() {
        return ackSent;
    }

    boolean isOut() {
        return out;
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
