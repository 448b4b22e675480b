package io.leveret.persistence.state;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.log.LogPlace;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A state as of a place in the log, with the generation of each segment's file at that moment, in one table. Written once, forced;
 * the one before stays untouched. Writing and reading block, and go through the state piece by piece: they never hold it twice.
 *
 * @param sequence its number: a store's newest checkpoint has the highest
 * @param generations of all segments that the state needs, and of those after, by segment
 */
public record Checkpoint(long sequence, LogPlace place, SortedMap<Long, Long> generations, StoreState state) {

    private static final Pattern FILE_NAME = Pattern.compile("checkpoint-(\\d{16})\\.db");

    /** The name of the file. */
    public static String fileName(long sequence) {
        return String.format(Locale.ROOT, "checkpoint-%016d.db", sequence);
    }

    /** The numbers of the checkpoints that a disk has, readable or not, the newest first. */
    public static List<Long> sequences(Disk disk) throws IOException {
        return disk.list().stream()
                .map(FILE_NAME::matcher)
                .filter(Matcher::matches)
                .map(name -> Long.valueOf(name.group(1)))
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    /** Writes and forces this checkpoint. To be called by the state's owner. */
    public void write(Disk disk) throws IOException {
        new CheckpointWriter(this).write(disk);
    }

    /**
     * Reads a checkpoint.
     *
     * @throws io.leveret.persistence.index.TableCorruptException if it is not what was written; the one before may serve
     * @throws io.leveret.persistence.FormatVersionException if another version wrote it
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    public static Checkpoint read(Disk disk, long sequence, IndexedOrdinals indexed) throws IOException {
        return new CheckpointReader(sequence, indexed).read(disk);
    }
}
