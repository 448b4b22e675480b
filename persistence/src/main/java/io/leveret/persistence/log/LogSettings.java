package io.leveret.persistence.log;

/**
 * The bounds of one log.
 *
 * @param segmentBytes a segment ends before the batch that would make it longer
 * @param segmentMessages a segment ends before the batch that would give it more messages
 * @param preallocateBytes how far beyond its end a segment's file is filled with zeros while groups are small; 0 for never
 * @param reserveBytes of disk that are kept for settles, a checkpoint and a compaction when the disk is full; 0 for none
 */
public record LogSettings(
        SyncMode mode, long segmentBytes, int segmentMessages, int preallocateBytes, long reserveBytes) {

    public static final LogSettings DEFAULT = new LogSettings(SyncMode.FSYNC, 64 << 20, 250_000, 1 << 20, 8 << 20);

    public LogSettings withMode(SyncMode other) {
        return new LogSettings(other, segmentBytes, segmentMessages, preallocateBytes, reserveBytes);
    }
}
