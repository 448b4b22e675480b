package io.leveret.persistence.log;

/**
 * Hears what becomes of a log's batches. It is called by background threads, and by whoever closes the log; by one at a time, but for
 * {@link #failed}. They hold no lock that an append needs: it may append, but must neither wait nor close the log. What it throws makes
 * the log fail.
 */
public interface LogListener {

    /** All batches up to a number are durable. */
    void durable(long batch);

    /** The disk is full, or no longer: publishes are to be held back, settles may go on. Nothing that was appended is lost. */
    void blocked(boolean full);

    /**
     * The log is over: no further batch becomes durable, nor can be appended. What was durable stays so; the owner closes the log and
     * opens it anew, which recovers all that was forced. Called once at most.
     */
    void failed(Throwable cause);
}
