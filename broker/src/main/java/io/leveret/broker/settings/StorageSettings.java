package io.leveret.broker.settings;

/**
 * How messages are kept.
 *
 * @param fsync whether a message is confirmed once it is forced to the disk; else once it is written
 * @param segmentBytes at which a file of the message log is full
 * @param segmentMessages likewise, by the number of messages
 * @param checkpointBytes how much log may come until a checkpoint is written
 * @param checkpointIntervalMs how long until a checkpoint is written, if there is anything new
 * @param messageMemoryBytes what the messages of all queues may take of the heap before queues leave them on the disk only
 * @param messageMemoryMaxBytes beyond which, where leaving them on the disk was not enough, publishers are blocked
 * @param freeDiskMinBytes of free disk below which publishers are blocked
 */
public record StorageSettings(
        boolean fsync,
        long segmentBytes,
        int segmentMessages,
        long checkpointBytes,
        long checkpointIntervalMs,
        long messageMemoryBytes,
        long messageMemoryMaxBytes,
        long freeDiskMinBytes) {

    private static final long MIB = 1024 * 1024;

    /** The messages in memory may take this part of the heap. */
    private static final double MEMORY_SHARE = 0.3;

    /** RabbitMQ's share, here of the heap. */
    private static final double MEMORY_MAX_SHARE = 0.6;

    /** Room for what is written at once, and for a compaction. */
    private static final int SEGMENTS_FREE = 3;

    private static final long SEGMENT_BYTES = 64 * MIB;
    private static final long LEAST_FREE_BYTES = 50 * 1000 * 1000;

    public static StorageSettings defaults() {
        return new StorageSettings(
                true,
                SEGMENT_BYTES,
                250_000,
                256 * MIB,
                60_000,
                heapShare(MEMORY_SHARE),
                heapShare(MEMORY_MAX_SHARE),
                freeDiskMin(SEGMENT_BYTES));
    }

    /** A part of the largest heap. */
    public static long heapShare(double share) {
        return (long) (Runtime.getRuntime().maxMemory() * share);
    }

    /** What must stay free if nothing else is said: three segments, and at least RabbitMQ's 50 MB. */
    public static long freeDiskMin(long segmentBytes) {
        return Math.max(LEAST_FREE_BYTES, SEGMENTS_FREE * segmentBytes);
    }
}
