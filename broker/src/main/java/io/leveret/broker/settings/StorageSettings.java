package io.leveret.broker.settings;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How messages are kept.
 *
 * @param fsync whether a message is confirmed once it is forced to the disk; else once it is written
 * @param segmentBytes at which a file of the message log is full
 * @param segmentMessages likewise, by the number of messages
 * @param preallocateBytes by which such a file grows ahead of what is written; 0 for none
 * @param reserveBytes of disk that each virtual host holds back for when the disk is full; 0 for none
 * @param checkpointBytes how much log may come until a checkpoint is written
 * @param checkpointIntervalMs how long until a checkpoint is written, if there is anything new
 * @param messageMemoryBytes what the messages of all queues may take of the heap before queues leave them on the disk only;
 *     they do so at three quarters of {@code messageMemoryMaxBytes} as well, in which what connections and the log hold counts, too
 * @param messageMemoryMaxBytes beyond which, where leaving them on the disk was not enough, publishers are blocked
 * @param freeDiskMinBytes of free disk below which publishers are blocked
 */
public record StorageSettings(
        boolean fsync,
        long segmentBytes,
        int segmentMessages,
        int preallocateBytes,
        long reserveBytes,
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

    /**
     * What must stay free whatever is configured: what is on its way when publishers are blocked, then the settles of a whole backlog, and
     * a checkpoint. On a disk without it nothing could be freed any more.
     */
    public static final long LEAST_FREE_BYTES = 64 * MIB;

    public static StorageSettings defaults() {
        return new StorageSettings(
                true,
                SEGMENT_BYTES,
                250_000,
                (int) MIB,
                8 * MIB,
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

    /** A multiple of the memory of the machine, or of the container that this runs in. */
    public static long ramShare(double share) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return (long) (system.getTotalMemorySize() * share);
    }

    /** What must stay free if nothing else is said: three segments, and at least what a store needs in any case. */
    public static long freeDiskMin(long segmentBytes) {
        return Math.max(LEAST_FREE_BYTES, SEGMENTS_FREE * segmentBytes);
    }
}
