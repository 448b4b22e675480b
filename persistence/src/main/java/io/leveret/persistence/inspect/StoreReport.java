package io.leveret.persistence.inspect;

import java.util.List;

/**
 * What was found in a stopped store.
 *
 * @param damages what is not as it was written; empty for a store that opens and has all
 * @param notes what is worth knowing and loses nothing
 */
public record StoreReport(List<Segment> segments, List<Damage> damages, List<String> notes) {

    /**
     * One segment's file.
     *
     * @param bytes the file's length
     * @param preallocatedBytes of them at the end, where nothing was written yet; 0 if that was not looked for
     * @param liveBytes of messages that are still in a queue, shared among those that have them
     */
    public record Segment(String file, long bytes, long preallocatedBytes, long liveEntries, long liveBytes) {

        /** What compaction or deletion would free, about. */
        public long deadBytes() {
            return Math.max(0, bytes - preallocatedBytes - liveBytes);
        }
    }

    /**
     * Something that is not as it was written.
     *
     * @param offset where in the file it begins
     */
    public record Damage(String file, long offset, String problem) {}

    public boolean isClean() {
        return damages.isEmpty();
    }
}
