package io.leveret.persistence.log;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.DiskFullException;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.RecordSink;
import java.io.IOException;

/**
 * The log of one store: batches in one order, durable in that order, each whole or not at all. Any thread may append, and never waits
 * for the disk; the writing is done on the shared background threads.
 */
public final class MessageLog {

    private final Segments segments;
    private final PendingBatches pending;
    private final Flusher flusher;
    private final long cutBytes;
    private final long replayedBatches;

    private MessageLog(
            Segments segments, LogSettings settings, LogResources resources, LogListener listener, LogRecovery recovery)
            throws IOException {
        this.segments = segments;
        this.pending = new PendingBatches(settings, recovery.end(), resources.pending());
        this.flusher = new Flusher(segments, settings, resources, listener, pending, recovery.end());
        this.cutBytes = recovery.cutBytes();
        this.replayedBatches = recovery.batches();
    }

    /**
     * Opens a folder's log: reads it from a checkpoint to its end, and cuts and reports what a crash left of the last batches that were
     * never forced. Blocks. What was read is durable when this returns.
     *
     * @param from up to where a checkpoint has the log; {@link LogPlace#START} without one
     * @param replay takes the records behind it
     * @param listener is not called before this returns
     * @throws StoreCorruptException if something is wrong below what was forced; nothing was changed then
     */
    public static MessageLog open(
            Disk disk,
            LogSettings settings,
            LogResources resources,
            LogListener listener,
            LogPlace from,
            RecordSink replay)
            throws IOException {
        Segments segments = Segments.in(disk);
        try {
            LogRecovery recovery = new LogRecovery(segments, from);
            recovery.run(replay);
            return new MessageLog(segments, settings, resources, listener, recovery);
        } catch (IOException | RuntimeException e) {
            segments.close();
            throw e;
        }
    }

    /**
     * Appends a batch, which is empty afterwards and knows the positions of its messages ({@link Batch#firstPosition}). Never waits for
     * the disk: see {@link #pendingBytes}.
     *
     * @return the batch's number, which {@link #durableBatch} reaches when the batch is durable; 1 for the first after the opening. For
     *     an empty batch that of the last one before
     * @throws StoreFailedException if the log failed or was closed; what the batch had is gone
     */
    public long append(Batch batch) {
        if (batch.isEmpty()) {
            pending.requireUsable();
            return pending.lastNumber();
        }
        long number = pending.add(batch);
        flusher.wake();
        return number;
    }

    /** The number of the batch that was appended last; 0 if none was. */
    public long appendedBatch() {
        return pending.lastNumber();
    }

    /** No message that is appended from now on gets a position below this. */
    public long nextPosition() {
        return pending.nextPosition();
    }

    /** All batches up to this number are durable. It is moved before the listener hears of it. */
    public long durableBatch() {
        return flusher.durableBatch();
    }

    /** Up to where the log is durable in the sense of its mode. */
    public LogPlace durablePlace() {
        return flusher.durablePlace();
    }

    /** Up to where the log survives a power cut: what a checkpoint may stand on. Behind {@link #durablePlace} in the mode OS. */
    public LogPlace forcedPlace() {
        return flusher.forcedPlace();
    }

    /** How much memory and log the batches take that are not durable yet: when it is too much, publishers should pause. */
    public long pendingBytes() {
        return pending.bytes();
    }

    /** Whether the disk is full, so that publishes must be held back; settles may be appended. */
    public boolean isFull() {
        return flusher.isFull();
    }

    /** The files, to read from. */
    public Segments segments() {
        return segments;
    }

    /** How many bytes of batches that were never forced the opening cut. */
    public long cutBytes() {
        return cutBytes;
    }

    /** How many batches the opening read behind the checkpoint. */
    public long replayedBatches() {
        return replayedBatches;
    }

    /**
     * Forces what is durable in the sense of the mode, and writes nothing, so that {@link #forcedPlace} is where {@link #durablePlace} was
     * or further. Blocks; must not be called by the listener.
     *
     * @throws IOException if the log has failed, or fails now
     */
    public void forceDurable() throws IOException {
        flusher.forceDurable();
    }

    /**
     * Somebody else found the disk full: publishes are to be held back, and the reserve is given up. Blocks; must not be called by the
     * listener.
     *
     * @return whether there was a reserve, so that what failed may be tried again
     */
    public boolean makeRoom(DiskFullException found) {
        return flusher.makeRoom(found);
    }

    /** Somebody found that the log can't be relied on: it fails, as it does when it can't be written. */
    public void fail(Throwable cause) {
        flusher.fail(cause);
    }

    /** Whether it has failed, so that nothing can be appended. */
    public boolean hasFailed() {
        return flusher.hasFailed();
    }

    /** No batch is taken any more; what was appended becomes durable. */
    public void seal() {
        pending.end(new StoreFailedException("the log is closed", null));
    }

    /**
     * Makes all that was appended so far durable and forced. Blocks; must not be called by the listener.
     *
     * @throws IOException if the log has failed, or fails or is full now
     */
    public void force() throws IOException {
        flusher.force();
    }

    /**
     * Makes all that was appended durable and forced, if the log has not failed, and closes the files. Blocks; must not be called by the
     * listener.
     *
     * @throws IOException if it could not be written or forced
     */
    public void close() throws IOException {
        seal();
        try {
            flusher.close();
        } finally {
            segments.close();
        }
    }
}
