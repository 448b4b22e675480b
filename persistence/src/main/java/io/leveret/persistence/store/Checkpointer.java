package io.leveret.persistence.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.persistence.disk.DiskFullException;
import io.leveret.persistence.log.Background;
import io.leveret.persistence.log.LogPlace;
import io.leveret.persistence.log.MessageLog;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log, makes indexes of its segments, and writes a checkpoint from time to time, so that a restart has little to read. Works
 * on the background threads, and costs nothing while nothing is appended. What fails it tries again later: the log goes on without.
 */
final class Checkpointer {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

    /** If the state is further behind the log than this, publishers should pause. */
    private static final int MAX_SEGMENTS_BEHIND = 2;

    /**
     * The state follows the log in steps of about so many bytes: a fraction of a millisecond each, where a whole segment at once would
     * keep a processor from those who write and confirm.
     */
    private static final long STEP_BYTES = 256 << 10;

    /**
     * An index waits until so much more log was read, as a share of a full segment, or a checkpoint is due. Where consumers keep up,
     * nothing is live by then of the segment that is done, which needs no index.
     */
    private static final double PATIENCE = 0.125;

    private static final long RETRY_MS = 5000;

    private final StoreSettings settings;
    private final Background background;
    private final MessageLog log;
    private final LogState state;
    private final Checkpoints checkpoints;
    private final Disposal disposal;
    private final Compactor compactor;

    /** Whether a run is due or under way. */
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** Whether the timer runs. */
    private final AtomicBoolean timed = new AtomicBoolean();

    private volatile boolean timeIsUp;

    /** After a failure, for a while: only the state goes on with the log. */
    private volatile boolean resting;

    /** Up to where the log had come when the last checkpoint was written. */
    private volatile LogPlace checkpointed;

    private volatile boolean closing;
    private volatile boolean stopped;

    @GuardedBy("this")
    private boolean failedBefore;

    Checkpointer(
            StoreSettings settings,
            Background background,
            MessageLog log,
            LogState state,
            Checkpoints checkpoints,
            Disposal disposal,
            Compactor compactor,
            LogPlace checkpointed) {
        this.settings = settings;
        this.background = background;
        this.log = log;
        this.state = state;
        this.checkpoints = checkpoints;
        this.disposal = disposal;
        this.compactor = compactor;
        this.checkpointed = checkpointed;
    }

    /** The log's durable end has moved. Never waits. */
    void moved() {
        if (stopped) {
            return;
        }
        if (isDue()) {
            runSoon();
        }
        startTimer(settings.checkpointMs());
    }

    /** A checkpoint is wanted now, whatever the time. Never waits. */
    void checkpointSoon() {
        timeIsUp = true;
        runSoon();
    }

    /** By how many bytes of log the state is too far behind, about; 0 if it is near enough. Never waits. */
    long lagBytes() {
        long segments = log.durablePlace().segment() - state.place().segment() - MAX_SEGMENTS_BEHIND;
        return segments <= 0 ? 0 : segments * settings.log().segmentBytes();
    }

    private boolean isDue() {
        return isFarFromState() || (!resting && (timeIsUp || isFarFromCheckpoint()));
    }

    private boolean isFarFromState() {
        LogPlace end = log.durablePlace();
        LogPlace known = state.place();
        return end.segment() > known.segment() || end.offset() - known.offset() >= STEP_BYTES;
    }

    private boolean isFarFromCheckpoint() {
        LogPlace end = log.durablePlace();
        long segments = end.segment() - checkpointed.segment();
        long bytes = segments * settings.log().segmentBytes() + end.offset() - checkpointed.offset();
        return bytes >= settings.checkpointBytes();
    }

    private void startTimer(long delayMs) {
        if (!timed.get() && timed.compareAndSet(false, true)) {
            background.schedule(
                    () -> {
                        timed.set(false);
                        checkpointSoon();
                    },
                    delayMs);
        }
    }

    private void runSoon() {
        if (!stopped && !scheduled.get() && scheduled.compareAndSet(false, true)) {
            background.execute(this::run);
        }
    }

    private void run() {
        try {
            work();
        } finally {
            scheduled.set(false);
        }
        // Who came meanwhile saw that a run was under way.
        if (isDue()) {
            runSoon();
        }
    }

    private synchronized void work() {
        if (stopped) {
            return;
        }
        // Before the log is read: for what comes later the timer, once it is up, runs again.
        boolean up = !resting && timeIsUp;
        if (up) {
            timeIsUp = false;
        }
        try {
            state.catchUp();
            if (!resting) {
                followUp(up || isFarFromCheckpoint());
                failedBefore = false;
            }
        } catch (DiskFullException e) {
            rest(e, log.makeRoom(e) && !failedBefore);
        } catch (IOException | RuntimeException e) {
            if (!stopped) {
                rest(e, false);
            }
        }
    }

    @GuardedBy("this")
    private void followUp(boolean due) throws IOException {
        DiskFullException full = null;
        try {
            if (due) {
                indexAll();
            } else {
                state.indexSealed((long) (PATIENCE * settings.log().segmentBytes()));
            }
        } catch (DiskFullException e) {
            // A checkpoint may make room.
            full = e;
        }
        if (due) {
            write();
        }
        if (full != null) {
            throw full;
        }
    }

    /** So that a checkpoint has no segment's entries but the last one's: what is not forced has no index. */
    private void indexAll() throws IOException {
        log.forceDurable();
        state.indexSealed(0);
    }

    @GuardedBy("this")
    private void rest(Exception cause, boolean retryAtOnce) {
        boolean full = cause instanceof DiskFullException;
        if (!failedBefore && full) {
            LOG.warn("No room for a checkpoint or an index: {}", cause.getMessage());
        } else if (!failedBefore) {
            LOG.error("A checkpoint or an index could not be written; trying again each {} ms", RETRY_MS, cause);
        }
        failedBefore = true;
        timeIsUp = true;
        resting = !retryAtOnce;
        if (resting) {
            background.schedule(this::wake, RETRY_MS);
        }
    }

    private void wake() {
        resting = false;
        runSoon();
    }

    /** Writes a checkpoint of everything durable, if that is not what the last one had. */
    synchronized void checkpoint() throws IOException {
        if (!stopped) {
            state.catchUp();
            indexAll();
            write();
        }
    }

    @GuardedBy("this")
    private void write() throws IOException {
        boolean written = state.readForced((read, place, generations) -> {
            if (place.equals(checkpointed) && !disposal.waitsForCheckpoint()) {
                return false;
            }
            checkpoints.write(read, place, generations);
            checkpointed = place;
            return true;
        });
        if (written) {
            disposal.run();
            compactor.run(settings.checkpointBytes(), () -> closing);
        }
        if (disposal.waitsForCheckpoint()) {
            startTimer(settings.checkpointMs());
        }
    }

    /** Writes a last checkpoint, of everything that is durable. */
    void close() throws IOException {
        closing = true;
        synchronized (this) {
            try {
                checkpoint();
            } finally {
                stopped = true;
            }
        }
    }

    /** Never waits: what is under way goes on, and should not be surprised by errors. */
    void stop() {
        stopped = true;
    }
}
