package io.leveret.persistence.log;

import io.leveret.persistence.disk.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings appended batches to the disk: it takes all that wait as one group, writes and forces it, tells the listener, and goes on while
 * there are more; while it forces, the next group gathers. It runs in turns on the threads that all logs share for it, one at a time for
 * each log.
 * What one turn can't do for lack of room the next one tries again; no force is ever tried twice.
 */
final class Flusher {

    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);

    /** After so many groups other logs have their turn. */
    private static final int GROUPS_PER_TURN = 8;

    /** In the mode OS, a force is due so long after something is written. */
    private static final long FORCE_INTERVAL_MS = 1000;

    /**
     * And at once if it is so much. A kernel that does not preempt lets no other thread in while it forces, so that an event loop that was
     * woken on the same processor waits: for milliseconds if a busy log's second is forced in one go, mostly for under half of one if this much is. A
     * larger group is forced whole.
     */
    private static final int FORCE_BYTES = 512 << 10;

    private static final long RETRY_MS = 1000;

    private final Segments segments;
    private final LogSettings settings;
    private final LogResources resources;
    private final LogListener listener;
    private final PendingBatches pending;
    private final Unforced unforced;
    private final LogWriter writer;
    private final Reserve reserve;

    /** Whether a turn is about to run or is running. */
    private final AtomicBoolean awake = new AtomicBoolean();

    /** Held through a turn; guards the next three fields. */
    private final ReentrantLock turn = new ReentrantLock();

    private List<PendingBatch> taken = List.of();
    private int written;

    /** Up to here a force at once was asked for. */
    private LogPlace askedPlace;

    /** Held through a force in the mode OS, which runs beside the turns. */
    private final ReentrantLock forcing = new ReentrantLock();

    /** Whether a force at once is about to begin: one at most, however long the keepers are busy with something else. */
    private final AtomicBoolean forceIsAsked = new AtomicBoolean();

    /** Whether one after the interval is: one at most, however many segments end. */
    private final AtomicBoolean forceIsDue = new AtomicBoolean();

    /** Written by whoever holds the lock of the mode. */
    private volatile LogPlace forcedPlace;

    private volatile LogPlace durablePlace;
    private volatile long durableBatch;
    private volatile boolean full;
    private volatile boolean over;

    Flusher(
            Segments segments,
            LogSettings settings,
            LogResources resources,
            LogListener listener,
            PendingBatches pending,
            LogPlace end)
            throws IOException {
        this.segments = segments;
        this.settings = settings;
        this.resources = resources;
        this.listener = listener;
        this.pending = pending;
        this.unforced = new Unforced(segments, end);
        this.writer = new LogWriter(segments, settings, unforced, end);
        this.reserve = new Reserve(segments.disk(), settings.reserveBytes());
        this.forcedPlace = end;
        this.durablePlace = end;
        this.askedPlace = end;
    }

    LogPlace forcedPlace() {
        return forcedPlace;
    }

    LogPlace durablePlace() {
        return durablePlace;
    }

    long durableBatch() {
        return durableBatch;
    }

    boolean isFull() {
        return full;
    }

    boolean hasFailed() {
        return over;
    }

    /** Something was appended: has a turn run soon if none is about to. */
    void wake() {
        if (awake.get() || !awake.compareAndSet(false, true)) {
            return;
        }
        try {
            resources.writers().execute(this::runTurn);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void runTurn() {
        turn.lock();
        try {
            if (!over && !flush(GROUPS_PER_TURN)) {
                resources.writers().execute(this::runTurn);
            }
        } catch (DiskFullException e) {
            becomeFull(e);
        } catch (Throwable e) {
            fail(e);
        } finally {
            turn.unlock();
        }
    }

    /** Writes groups until nothing waits, or so many. False if there may be more. */
    private boolean flush(int groups) throws IOException {
        for (int i = 0; i < groups; i++) {
            if (taken.isEmpty() && !take()) {
                return true;
            }
            writeGroup();
        }
        return false;
    }

    /** Takes what waits as the next group. False if nothing does: then the next append wakes the flusher. */
    private boolean take() {
        taken = pending.take();
        if (taken.isEmpty()) {
            awake.set(false);
            // What was appended just before saw that the flusher is awake, and relies on it.
            taken = pending.take();
            if (!taken.isEmpty()) {
                awake.set(true);
            }
        }
        return !taken.isEmpty();
    }

    private void writeGroup() throws IOException {
        if (!full) {
            reserve.make();
        }
        ByteBuffer buffer = resources.buffers().take();
        try {
            while (written < taken.size()) {
                written += writer.write(taken.subList(written, taken.size()), forcedPlace, buffer);
            }
        } finally {
            resources.buffers().giveBack(buffer);
        }
        if (settings.mode() == SyncMode.FSYNC) {
            forcedPlace = forceOnce();
        } else {
            forceSoon();
        }
        groupIsDurable();
    }

    private void groupIsDurable() {
        long bytes = 0;
        for (PendingBatch batch : taken) {
            bytes += batch.length();
        }
        long last = taken.get(taken.size() - 1).number();
        taken = List.of();
        written = 0;
        durablePlace = writer.end();
        pending.durable(bytes);
        durableBatch = last;
        listener.durable(last);
    }

    /** A full disk that a force reports is no full disk: what was written may be lost. */
    private LogPlace forceOnce() throws IOException {
        try {
            return unforced.force();
        } catch (DiskFullException e) {
            throw new IOException("force: " + e.getMessage(), e);
        }
    }

    private void forceSoon() {
        LogPlace from = askedPlace.max(forcedPlace);
        LogPlace end = writer.end();
        if (end.segment() != from.segment() || end.offset() - from.offset() >= FORCE_BYTES) {
            askedPlace = end;
            forceAtOnce();
        } else {
            forceLater();
        }
    }

    private void forceAtOnce() {
        if (!forceIsAsked.get() && forceIsAsked.compareAndSet(false, true)) {
            resources.keepers().execute(() -> forceBeside(forceIsAsked));
        }
    }

    private void forceLater() {
        if (!forceIsDue.get() && forceIsDue.compareAndSet(false, true)) {
            resources.keepers().schedule(() -> forceBeside(forceIsDue), FORCE_INTERVAL_MS);
        }
    }

    /** Forces while the next groups are written. */
    private void forceBeside(AtomicBoolean due) {
        // Before the force takes what is written: the next group has to see that it comes too late for this one.
        due.set(false);
        // A disk may take seconds. What was written since a force began comes with the next: no thread waits for it.
        // Who does wait for the lock forces all, and must not wait for each force of a busy log.
        if (forcing.hasQueuedThreads() || !forcing.tryLock()) {
            forceLater();
            return;
        }
        try {
            if (!over && !unforced.isEmpty()) {
                forcedPlace = forceOnce();
            }
        } catch (Throwable e) {
            fail(e);
        } finally {
            forcing.unlock();
        }
    }

    /** Another writer found the disk full. True if there was a reserve to give up. */
    boolean makeRoom(DiskFullException e) {
        turn.lock();
        try {
            return !over && becomeFull(e);
        } finally {
            turn.unlock();
        }
    }

    private boolean becomeFull(DiskFullException e) {
        try {
            boolean room = reserve.giveUp();
            if (!full) {
                full = true;
                LOG.warn(
                        "The disk is full: publishes wait folder={} usable={}",
                        segments.disk().describe(),
                        segments.disk().usableBytes(),
                        e);
                listener.blocked(true);
                resources.writers().schedule(this::lookForRoom, RETRY_MS);
            }
            if (room) {
                resources.writers().execute(this::runTurn);
            }
            return room;
        } catch (Throwable failure) {
            failure.addSuppressed(e);
            fail(failure);
            return false;
        }
    }

    /** Once a second while the disk is full: tries what could not be written, then whether the reserve fits again. */
    private void lookForRoom() {
        turn.lock();
        try {
            if (over) {
                return;
            }
            if (hasRoom()) {
                full = false;
                LOG.info("The disk has room again folder={}", segments.disk().describe());
                listener.blocked(false);
                return;
            }
            resources.writers().schedule(this::lookForRoom, RETRY_MS);
        } catch (Throwable e) {
            fail(e);
        } finally {
            turn.unlock();
        }
    }

    private boolean hasRoom() throws IOException {
        try {
            return flush(GROUPS_PER_TURN) && reserve.restore();
        } catch (DiskFullException e) {
            LOG.debug("The disk is still full folder={}", segments.disk().describe(), e);
            return false;
        }
    }

    /** Ends the log, once, whoever found the cause. */
    void fail(Throwable cause) {
        over = true;
        if (pending.end(new StoreFailedException("the log failed: " + cause, cause))) {
            LOG.error("The log failed folder={}", segments.disk().describe(), cause);
            listener.failed(cause);
        }
    }

    /** In the mode OS, forces what is written. In the other it is. */
    void forceDurable() throws IOException {
        if (settings.mode() == SyncMode.FSYNC) {
            return;
        }
        forcing.lock();
        try {
            if (over) {
                throw new IOException("the log has failed or was closed");
            }
            if (!unforced.isEmpty()) {
                forcedPlace = forceOnce();
            }
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
            throw e;
        } finally {
            forcing.unlock();
        }
    }

    /** Writes and forces all that was appended. */
    void force() throws IOException {
        turn.lock();
        try {
            if (over) {
                throw new IOException("the log has failed or was closed");
            }
            while (!flush(GROUPS_PER_TURN)) {
                // There is more.
            }
            forceAtEnd();
        } catch (DiskFullException e) {
            becomeFull(e);
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
            throw e;
        } finally {
            turn.unlock();
        }
    }

    /**
     * Writes and forces all that was appended, if the log has not failed, and ends.
     *
     * @throws DiskFullException if there was no room for all of it; what was written is forced then
     */
    void close() throws IOException {
        turn.lock();
        try {
            if (!over) {
                try {
                    while (!flush(GROUPS_PER_TURN)) {
                        // There is more.
                    }
                    writer.cutPreallocated();
                } catch (DiskFullException e) {
                    // What is written may be confirmed. After any other failure nothing is forced: it may have been a
                    // force.
                    throw forceWithoutTheRest(e);
                }
                forceAtEnd();
            }
        } finally {
            giveUpUnforced();
            // What a full disk did not take.
            pending.drop();
            writer.release();
            turn.unlock();
        }
    }

    /** A force beside that began before is awaited: it would take what is given up for forced. */
    private void giveUpUnforced() {
        forcing.lock();
        try {
            over = true;
            unforced.giveUp();
        } finally {
            forcing.unlock();
        }
    }

    private DiskFullException forceWithoutTheRest(DiskFullException noRoom) throws IOException {
        try {
            forceAtEnd();
        } catch (IOException | RuntimeException | Error e) {
            e.addSuppressed(noRoom);
            throw e;
        }
        return noRoom;
    }

    private void forceAtEnd() throws IOException {
        forcing.lock();
        try {
            forcedPlace = forceOnce();
        } finally {
            forcing.unlock();
        }
    }
}
