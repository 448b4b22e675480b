package io.leveret.interop.crash;

/** What clients know of one message in one queue. Belongs to the judge. */
final class EntryState implements Fate {

    final Message message;
    /** It outlives a restart of the broker. */
    private final boolean durable;
    /** It may be there: its publish was not part of a transaction, or the transaction's commit was sent. */
    private boolean allowed;
    /** A client has been promised that it stays. */
    private boolean sure;
    /** A purge was under way before its confirm came: it may have been swept away or not. */
    private boolean raced;
    /** What was sure before a purge that is not answered yet. */
    private boolean purging;

    /** It may have been on its way to a consumer that closed, and so come to another one behind its successors. */
    private boolean perhapsLate;

    private final Custody custody = new Custody();

    EntryState(Message message, boolean durable, boolean raced) {
        this.message = message;
        this.durable = durable;
        this.raced = raced;
        this.allowed = message.tx() == Message.NO_TX;
    }

    void allowed() {
        allowed = true;
    }

    /** The same message is published to the same queue once more, since the transaction of this one is no more. */
    void superseded() {
        allowed = true;
    }

    @Override
    public Custody custody() {
        return custody;
    }

    @Override
    public void promised(long atMs) {
        sure = true;
    }

    void mayComeLate() {
        perhapsLate = true;
    }

    void purgeSent() {
        purging = mustBeThere();
        raced |= !purging;
    }

    void purgeAnswered() {
        if (purging) {
            custody.gone();
        }
        purging = false;
    }

    /** What stands after a loss must stay; what doesn't must never come again. */
    void found(boolean there, long atMs) {
        custody.found(there, atMs);
        sure |= there;
        allowed = true;
        raced = false;
        purging = false;
        perhapsLate = false;
    }

    /** If what is durable is left; a purge that was not answered is another question. */
    boolean mustBeThere() {
        return sure && !raced && !custody.isAckSent() && !custody.isGone() && !purging;
    }

    /** What is not durable must stay only where the broker was not restarted, and may only stay there. */
    boolean stays(boolean restarted) {
        return durable || !restarted;
    }

    /** Nobody has asked for it to be there. */
    boolean isForbidden() {
        return !allowed;
    }

    /** If it is missing, its publish did not happen. */
    boolean canOnlyBeUnpublished() {
        return !raced && !custody.isAckSent() && !custody.isGone() && !purging;
    }

    /** If it is missing, the ack that was sent did happen. */
    boolean canOnlyBeAcked() {
        return sure && !raced && !custody.isGone() && !purging;
    }

    boolean isPurging() {
        return purging && !custody.isAckSent() && !custody.isGone();
    }

    boolean isPerhapsLate() {
        return perhapsLate;
    }
}
