package io.leveret.persistence.inspect;

import io.leveret.persistence.FormatVersionException;
import io.leveret.persistence.Position;
import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.index.SegmentEntries;
import io.leveret.persistence.index.SegmentIndex;
import io.leveret.persistence.index.TableCorruptException;
import io.leveret.persistence.inspect.StoreReport.Damage;
import io.leveret.persistence.log.LogPlace;
import io.leveret.persistence.log.LogSurvey;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.log.Segments;
import io.leveret.persistence.record.PublishSink;
import io.leveret.persistence.state.Checkpoint;
import io.leveret.persistence.state.SegmentUse;
import io.leveret.persistence.state.StoreState;
import io.leveret.persistence.store.DiskStore;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A store that nobody has open, read as far as it can be: the newest readable checkpoint and the whole frames behind it. It never writes
 * into the store's folder. Used by one thread.
 */
final class StoppedStore implements Closeable {

    private final Disk disk;
    private final Segments segments;
    private final Set<Damage> damages = new LinkedHashSet<>();
    private final List<String> notes = new ArrayList<>();
    private final TreeMap<Long, Long> generations = new TreeMap<>();
    private LogPlace place = LogPlace.START;
    private StoreState state = new StoreState(this::ordinalsAbove);
    private boolean hasCheckpoint;

    private StoppedStore(Disk disk) throws IOException {
        this.disk = disk;
        this.segments = Segments.in(disk.folder(DiskStore.LOG_FOLDER));
    }

    static StoppedStore read(Disk disk) throws IOException {
        StoppedStore store = new StoppedStore(disk);
        try {
            store.readCheckpoint();
            store.replay();
            return store;
        } catch (UncheckedIOException e) {
            // A purge that is replayed asks older segments, and can't say what it throws.
            store.close();
            throw e.getCause();
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    Disk disk() {
        return disk;
    }

    Segments segments() {
        return segments;
    }

    /** What the log comes to, as far as it could be read. */
    StoreState state() {
        return state;
    }

    LogSurvey survey() {
        return new LogSurvey(segments, place);
    }

    void damage(String file, long offset, String problem) {
        damages.add(new Damage(file, offset, problem));
    }

    void note(String note) {
        notes.add(note);
    }

    /** What stands in no file's damage, and no tail. */
    void damages(LogSurvey.Found found) {
        for (LogSurvey.Damage one : found.damages()) {
            if (one.tail()) {
                String note = one.file() + " at offset " + one.offset()
                        + ": what a crash left of the last group; opening the store cuts it";
                if (!notes.contains(note)) {
                    notes.add(note);
                }
            } else {
                damage(one.file(), one.offset(), one.problem());
            }
        }
    }

    StoreReport report(List<StoreReport.Segment> found) {
        return new StoreReport(found, List.copyOf(damages), List.copyOf(notes));
    }

    /** The file of a segment that counts. */
    SegmentId fileOf(long segment) {
        return new SegmentId(segment, generations.getOrDefault(segment, 0L));
    }

    /** All entries that a segment's file has, settled or not, without what is damaged. */
    SegmentEntries entries(long segment) throws IOException {
        SegmentEntries entries = new SegmentEntries(segment);
        PublishSink gatherer =
                (position, content, targets) -> entries.add(Position.ordinal(position), content, targets);
        damages(survey().read(fileOf(segment), new LogPlace(segment, 0, 0), gatherer));
        return entries;
    }

    private int[] ordinalsAbove(long segment, long queueId, int ordinal) throws IOException {
        return entries(segment).ordinalsAbove(queueId, ordinal);
    }

    private void readCheckpoint() throws IOException {
        for (long sequence : Checkpoint.sequences(disk)) {
            try {
                Checkpoint read = Checkpoint.read(disk, sequence, this::ordinalsAbove);
                if (!hasCheckpoint) {
                    hasCheckpoint = true;
                    state = read.state();
                    place = read.place();
                    generations.putAll(read.generations());
                }
            } catch (FormatVersionException e) {
                if (!hasCheckpoint) {
                    throw e;
                }
                note(e.getMessage() + "; it is not needed");
            } catch (TableCorruptException e) {
                damage(Checkpoint.fileName(sequence), 0, String.valueOf(e.getMessage()));
            }
        }
        if (!hasCheckpoint) {
            useNewestGenerations();
        }
    }

    /** Without a checkpoint the newest file of each segment has what is left of it, if it was finished: then it got an index. */
    private void useNewestGenerations() throws IOException {
        Disk folder = disk.folder(DiskStore.LOG_FOLDER);
        for (SegmentId id : segments.ids()) {
            boolean only = !generations.containsKey(id.segment());
            if (only || folder.exists(SegmentIndex.fileName(id.segment(), id.generation()))) {
                generations.put(id.segment(), id.generation());
            }
        }
        if (!segments.ids().isEmpty()) {
            damage(
                    Checkpoint.fileName(1),
                    0,
                    "there is no readable checkpoint: what only it knew is lost, which is the catalog of before the oldest segment"
                            + " and some settles, so that messages may come again");
        }
    }

    /** Feeds the log behind the checkpoint to the state, whole frames only. */
    private void replay() throws IOException {
        TreeSet<Long> behind = new TreeSet<>();
        segments.ids().forEach(id -> behind.add(id.segment()));
        Replay replay = new Replay(state);
        long expected = Math.max(place.segment(), behind.isEmpty() ? 0 : behind.first());
        for (long segment : behind.tailSet(hasCheckpoint ? place.segment() : 0)) {
            for (; expected < segment && hasCheckpoint; expected++) {
                damage(fileOf(expected).fileName(), 0, "the segment is missing");
            }
            expected = segment + 1;
            LogPlace from = segment == place.segment() && hasCheckpoint ? place : new LogPlace(segment, 0, 0);
            damages(survey().read(fileOf(segment), from, replay));
        }
    }

    /** What of each segment is live. */
    SortedMap<Long, SegmentUse> uses() {
        return state.segments();
    }

    @Override
    public void close() {
        segments.close();
    }
}
