package io.leveret.persistence.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.persistence.Position;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.SealedBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives each appended batch its place in the order of the log and holds it until the flusher takes it. Its monitor is the log's lock,
 * which every appending thread takes; it is never held while the disk works.
 */
final class PendingBatches {

    private final LogSettings settings;
    private final PendingTotal total;

    @GuardedBy("this")
    private List<PendingBatch> batches = new ArrayList<>();

    @GuardedBy("this")
    private long lastNumber;

    @GuardedBy("this")
    private long segment;

    @GuardedBy("this")
    private long segmentBytes;

    @GuardedBy("this")
    private int ordinal;

    @GuardedBy("this")
    private @Nullable StoreFailedException over;

    /** Appended and not yet durable; written under the monitor. */
    private volatile long bytes;

    /** Written under the monitor, before a batch that it does not count can become visible. */
    private volatile long nextPosition;

    /** @param total counts what waits here, too */
    PendingBatches(LogSettings settings, LogPlace end, PendingTotal total) {
        this.settings = settings;
        this.total = total;
        this.segment = end.segment();
        this.segmentBytes = end.offset();
        this.ordinal = end.ordinal();
        this.nextPosition = Position.of(segment, ordinal);
    }

    long bytes() {
        return bytes;
    }

    /** No message that is appended from now on gets a position below this. */
    long nextPosition() {
        return nextPosition;
    }

    /**
     * Adds a batch.
     *
     * @return its number
     */
    long add(Batch batch) {
        SealedBatch sealed = batch.seal();
        synchronized (this) {
            requireUsable();
            rollIfFull(sealed);
            PendingBatch pending = new PendingBatch(lastNumber + 1, segment, ordinal, sealed);
            batches.add(pending);
            lastNumber++;
            segmentBytes += pending.length();
            ordinal += sealed.ordinals();
            count(pending.length());
            nextPosition = Position.of(segment, ordinal);
            batch.appended(sealed.ordinals() == 0 ? Position.NONE : Position.of(segment, pending.firstOrdinal()));
            return lastNumber;
        }
    }

    synchronized long lastNumber() {
        return lastNumber;
    }

    /** Takes all that waits. */
    synchronized List<PendingBatch> take() {
        if (batches.isEmpty()) {
            return List.of();
        }
        List<PendingBatch> taken = batches;
        batches = new ArrayList<>(Math.min(taken.size(), 1024));
        return taken;
    }

    /** So much of what was taken is durable. */
    synchronized void durable(long durableBytes) {
        // Another thread may have dropped all meanwhile.
        count(-Math.min(durableBytes, bytes));
    }

    /** Nothing can be added from now on; what waits is dropped, if there is a cause. False if that was so already. */
    synchronized boolean end(StoreFailedException reason) {
        if (over != null) {
            return false;
        }
        over = reason;
        if (reason.getCause() != null) {
            drop();
        }
        return true;
    }

    /** What waits is never written any more. */
    synchronized void drop() {
        batches = new ArrayList<>();
        count(-bytes);
    }

    private synchronized void count(long delta) {
        bytes += delta;
        total.add(delta);
    }

    /** @throws StoreFailedException if the log has failed or was closed */
    synchronized void requireUsable() {
        if (over != null) {
            throw new StoreFailedException(String.valueOf(over.getMessage()), over.getCause());
        }
    }

    @GuardedBy("this")
    private void rollIfFull(SealedBatch next) {
        if (next.ordinals() > Position.MAX_ORDINAL) {
            throw new IllegalArgumentException(
                    "messages in a batch: %d (expected: at most %d)".formatted(next.ordinals(), Position.MAX_ORDINAL));
        }
        boolean tooLong = segmentBytes > 0 && segmentBytes + next.length() > settings.segmentBytes();
        boolean tooMany = ordinal > 0 && ordinal + (long) next.ordinals() > settings.segmentMessages();
        if (tooLong || tooMany) {
            segment++;
            segmentBytes = SegmentHeader.BYTES;
            ordinal = 0;
        }
    }
}
