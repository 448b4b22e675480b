package io.leveret.persistence.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.persistence.Position;
import io.leveret.persistence.index.QueueCount;
import io.leveret.persistence.index.SegmentEntries;
import io.leveret.persistence.log.LogPlace;
import io.leveret.persistence.log.LogScan;
import io.leveret.persistence.log.MessageLog;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.state.StoreState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * What a log came to, as far as it was read: it is read further when somebody needs to know more, or when a checkpoint is due. Its
 * methods read from the disk, and are not for event loops.
 *
 * <p>Two locks, so that who looks for an entry never waits for a checkpoint to be written: {@code changing} is held by who changes the
 * state or wants it to stay as it is, and taken first; {@code lock} is taken for writing only for each short step of a change.
 */
final class LogState {

    /** After so many batches those who look for entries have their turn. */
    private static final int BATCHES_PER_STEP = 200;

    private final MessageLog log;
    private final StoreState state;
    private final Indexes indexes;
    private final Generations generations;
    private final Runnable passedSegment;

    private final ReentrantLock changing = new ReentrantLock();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /** Up to where the log was read. */
    private volatile LogPlace place;

    /** Why the state can't be relied on any more. */
    @GuardedBy("changing")
    private @Nullable Throwable lost;

    /** @param passedSegment is told whenever the end of a segment was passed; must not wait */
    LogState(
            MessageLog log,
            StoreState state,
            Indexes indexes,
            Generations generations,
            LogPlace place,
            Runnable passedSegment) {
        this.log = log;
        this.state = state;
        this.indexes = indexes;
        this.generations = generations;
        this.place = place;
        this.passedSegment = passedSegment;
    }

    /** Up to where the log was read. Never waits. */
    LogPlace place() {
        return place;
    }

    /** What delivery counts and times take of the heap. Never waits. */
    long updateBytes() {
        return state.updateBytes();
    }

    /**
     * Reads up to what is the durable end now.
     *
     * @throws IOException if the log can't be read, which fails it, or could not before
     */
    void catchUp() throws IOException {
        changing.lock();
        try {
            requireWhole();
            LogPlace end = log.durablePlace();
            long segment = place.segment();
            while (place.compareTo(end) < 0) {
                readSome(end);
            }
            if (place.segment() > segment) {
                passedSegment.run();
            }
        } finally {
            changing.unlock();
        }
    }

    /** Reads up to a position, if it is durable. */
    void catchUp(long position) throws IOException {
        LogPlace known = place;
        if (position >= Position.of(known.segment(), known.ordinal())) {
            catchUp();
        }
    }

    @GuardedBy("changing")
    private void readSome(LogPlace end) throws IOException {
        lock.writeLock().lock();
        try (LogScan scan = new LogScan(log.segments(), place, end, false)) {
            boolean more = true;
            for (int batches = 0; more && batches < BATCHES_PER_STEP; batches++) {
                more = scan.next(state);
                place = scan.place();
            }
        } catch (IOException | RuntimeException | Error e) {
            // A batch may have been taken in part.
            lost = e;
            log.fail(e);
            throw e;
        } finally {
            lock.writeLock().unlock();
        }
    }

    @GuardedBy("changing")
    private void requireWhole() throws IOException {
        if (lost != null) {
            throw new IOException("the log could not be read: " + lost, lost);
        }
    }

    /**
     * Makes the indexes of the segments that are done and behind which so much of the log was read. Only what survives a power cut: the
     * segment might be cut and go on otherwise. To be called by one thread at a time.
     */
    void indexSealed(long bytesBehind) throws IOException {
        for (SegmentEntries entries : sealed(bytesBehind)) {
            if (hasLive(entries.segment())) {
                indexes.write(entries, 0);
            }
            change(() -> state.indexed(entries.segment()));
        }
    }

    private List<SegmentEntries> sealed(long bytesBehind) {
        LogPlace read = place;
        long last = read.offset() < bytesBehind ? read.segment() - 1 : read.segment();
        long unsealed = Math.min(last, log.forcedPlace().segment());
        List<SegmentEntries> sealed = new ArrayList<>();
        changing.lock();
        try {
            for (SegmentEntries entries : state.unindexed()) {
                if (entries.segment() < unsealed) {
                    sealed.add(entries);
                }
            }
        } finally {
            changing.unlock();
        }
        return sealed;
    }

    /** Nobody will ask for the index of a segment in which nothing is live, since nothing becomes so. */
    private boolean hasLive(long segment) {
        changing.lock();
        try {
            return state.segments().containsKey(segment);
        } finally {
            changing.unlock();
        }
    }

    /** Looks at a state, keeps nothing of it, and changes nothing. */
    interface Reader<T> {

        T read(StoreState state, LogPlace place, Generations generations) throws IOException;
    }

    /** Does something with the state while it stays as it is; those who look for entries don't wait. */
    <T> T read(Reader<T> reader) throws IOException {
        changing.lock();
        try {
            requireWhole();
            return reader.read(state, place, generations);
        } finally {
            changing.unlock();
        }
    }

    /** As {@link #read}, with a state that a power cut can't take back. */
    <T> T readForced(Reader<T> reader) throws IOException {
        return read((read, at, files) -> {
            if (at.compareTo(log.forcedPlace()) > 0) {
                log.forceDurable();
            }
            return reader.read(read, at, files);
        });
    }

    /** Looks for entries; {@code changing} may be held by another thread meanwhile, so nothing is changed. */
    <T> T look(Reader<T> reader) throws IOException {
        lock.readLock().lock();
        try {
            return reader.read(state, place, generations);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** From now on another file has a segment's live entries; it and its index are forced. */
    void compacted(SegmentId file, List<QueueCount> counts) {
        change(() -> {
            state.compacted(file.segment(), counts);
            generations.use(file);
        });
    }

    /** A segment's file is about to be deleted: nothing in it is live, or another file has it. */
    void forget(SegmentId id) throws IOException {
        change(() -> {
            if (generations.fileOf(id.segment()).equals(id)) {
                generations.forget(id.segment());
                state.indexed(id.segment());
            }
        });
        indexes.delete(id);
    }

    private void change(Runnable step) {
        changing.lock();
        try {
            lock.writeLock().lock();
            try {
                step.run();
            } finally {
                lock.writeLock().unlock();
            }
        } finally {
            changing.unlock();
        }
    }
}
