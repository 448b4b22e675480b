package io.leveret.persistence.store;

import io.leveret.persistence.FormatVersionException;
import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.index.TableCorruptException;
import io.leveret.persistence.log.LogPlace;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.log.StoreCorruptException;
import io.leveret.persistence.state.Checkpoint;
import io.leveret.persistence.state.IndexedOrdinals;
import io.leveret.persistence.state.StoreState;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store's checkpoints: the newest two that can be read are kept, so that one may be lost. It knows which segments neither of them
 * needs any more. Used by one thread at a time.
 */
final class Checkpoints {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final Disk disk;

    /** The highest number that was used, readable or not. */
    private long highest;

    private boolean fellBack;

    /** What the two that are kept need; the older one is not known until this has written one. */
    private @Nullable Kept older;

    private @Nullable Kept newer;

    /**
     * A checkpoint, and what it needs to be of use.
     *
     * @param place from where on it needs the whole log
     * @param before the segments' files before that which have live entries
     */
    private record Kept(long sequence, LogPlace place, Set<SegmentId> before) {

        boolean needs(SegmentId id) {
            return id.segment() >= place.segment() || before.contains(id);
        }
    }

    Checkpoints(Disk disk) {
        this.disk = disk;
    }

    /**
     * Reads the newest one that can be read.
     *
     * @return null if there never was one
     * @throws FormatVersionException if another version wrote the newest that is whole
     * @throws StoreCorruptException if none of those that are there can be read
     */
    @Nullable
    Checkpoint readNewest(IndexedOrdinals indexed) throws IOException {
        List<Long> sequences = Checkpoint.sequences(disk);
        if (sequences.isEmpty()) {
            return null;
        }
        highest = sequences.get(0);
        IOException first = null;
        for (long sequence : sequences) {
            try {
                Checkpoint read = Checkpoint.read(disk, sequence, indexed);
                newer = kept(sequence, read.state(), read.place(), new Generations(read.generations()));
                return read;
            } catch (FormatVersionException e) {
                // That version has gone on from here, and the one before tells nothing of what it may know more.
                throw e;
            } catch (IOException e) {
                LOG.warn(
                        "A checkpoint can't be read, trying the one before folder={}: {}",
                        disk.describe(),
                        e.getMessage());
                fellBack = true;
                first = first == null ? e : first;
            }
        }
        throw noneReadable(first);
    }

    private IOException noneReadable(@Nullable IOException first) {
        if (first != null && !(first instanceof TableCorruptException)) {
            return first;
        }
        return new StoreCorruptException(Checkpoint.fileName(highest), 0, "no checkpoint can be read", first);
    }

    /** Whether the newest one could not be read, so that there is only one to rely on. */
    boolean fellBack() {
        return fellBack;
    }

    /** Writes the next one, and deletes all but the newest two that are good. */
    void write(StoreState state, LogPlace place, Generations generations) throws IOException {
        new Checkpoint(highest + 1, place, generations.compacted(), state).write(disk);
        highest++;
        fellBack = false;
        older = newer;
        newer = kept(highest, state, place, generations);
        deleteOthers();
    }

    private void deleteOthers() {
        try {
            for (long sequence : Checkpoint.sequences(disk)) {
                if (!isKept(sequence, older) && !isKept(sequence, newer)) {
                    disk.delete(Checkpoint.fileName(sequence));
                }
            }
        } catch (IOException e) {
            // It takes room, and the next one is deleted with it.
            LOG.warn("Deleting an old checkpoint failed folder={}", disk.describe(), e);
        }
    }

    private static boolean isKept(long sequence, @Nullable Kept kept) {
        return kept != null && kept.sequence() == sequence;
    }

    /** Whether one of the checkpoints needs a segment's file. */
    boolean isNeeded(SegmentId id) {
        return older == null || newer == null || older.needs(id) || newer.needs(id);
    }

    /** Whether the newer one alone would need a file: if not, it may be deleted when there are two like that. */
    boolean isNeededByNewest(SegmentId id) {
        return newer == null || newer.needs(id);
    }

    /** Whether a segment is wholly below both checkpoints. */
    boolean isBelow(long segment) {
        return older != null && newer != null && segment < older.place().segment();
    }

    private static Kept kept(long sequence, StoreState state, LogPlace place, Generations generations) {
        Set<SegmentId> before = new HashSet<>();
        for (long segment : state.segments().headMap(place.segment()).keySet()) {
            before.add(generations.fileOf(segment));
        }
        return new Kept(sequence, place, before);
    }
}
