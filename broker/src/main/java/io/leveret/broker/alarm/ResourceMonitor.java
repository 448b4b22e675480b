package io.leveret.broker.alarm;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at memory and disk, and raises and clears their alarms. Run by a timer, and once more when a limit is changed; it is its own lock,
 * under which it may wait for the file system. No event loop may call it.
 */
public final class ResourceMonitor implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(ResourceMonitor.class);

    /** An alarm ends only this far from its limit, so that it does not flicker. */
    private static final double CLEARED = 0.95;

    private final Alarms alarms;
    private final LongSupplier messageBytes;
    private final LongConsumer onMemoryMax;
    private final FreeDisk freeDisk;
    private final BooleanSupplier diskFull;

    @GuardedBy("this")
    private long messageBytesMax;

    @GuardedBy("this")
    private long freeDiskMinBytes;

    @GuardedBy("this")
    private boolean memoryShort;

    @GuardedBy("this")
    private boolean diskShort;

    /** Whether nobody could tell how much is free. */
    @GuardedBy("this")
    private boolean freeUnknown;

    /** How much may still be written. */
    public interface FreeDisk {

        long bytes() throws IOException;
    }

    /**
     * @param messageBytes what messages take of the heap
     * @param messageBytesMax beyond which memory is short; with 0 it always is
     * @param onMemoryMax told that, and what it is changed to
     * @param diskFull whether something could not be written for lack of room
     */
    public ResourceMonitor(
            Alarms alarms,
            LongSupplier messageBytes,
            long messageBytesMax,
            LongConsumer onMemoryMax,
            FreeDisk freeDisk,
            long freeDiskMinBytes,
            BooleanSupplier diskFull) {
        this.alarms = alarms;
        this.messageBytes = messageBytes;
        this.messageBytesMax = messageBytesMax;
        this.onMemoryMax = onMemoryMax;
        this.freeDisk = freeDisk;
        this.freeDiskMinBytes = freeDiskMinBytes;
        this.diskFull = diskFull;
        onMemoryMax.accept(messageBytesMax);
    }

    /** Changes beyond how much memory is short, and looks at once; with 0 it always is. */
    public synchronized void memoryMax(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("vm_memory_high_watermark: " + bytes + " (expected: 0 or more)");
        }
        messageBytesMax = bytes;
        onMemoryMax.accept(bytes);
        run();
    }

    /** Changes below how much free disk is short, and looks at once. */
    public synchronized void freeDiskMin(long bytes) {
        freeDiskMinBytes = bytes;
        run();
    }

    @Override
    public synchronized void run() {
        try {
            lookAtMemory();
            lookAtDisk();
        } catch (RuntimeException e) {
            // The timer ends with the first exception that it sees, and the alarms with it.
            log.error("looking at memory and disk failed", e);
        }
    }

    @GuardedBy("this")
    private void lookAtMemory() {
        long used = messageBytes.getAsLong();
        boolean wasShort = memoryShort;
        boolean exceeded = used > messageBytesMax || messageBytesMax == 0;
        memoryShort = exceeded || (memoryShort && used > messageBytesMax * CLEARED);
        if (memoryShort && !wasShort) {
            log.warn(
                    "low on memory: connections that publish are blocked usedBytes={} vm_memory_high_watermark={}",
                    used,
                    messageBytesMax);
        } else if (wasShort && !memoryShort) {
            log.info("enough memory again: connections that publish go on usedBytes={}", used);
        }
        alarms.set(Alarm.MEMORY, memoryShort);
    }

    @GuardedBy("this")
    private void lookAtDisk() {
        boolean full = diskFull.getAsBoolean();
        try {
            long free = freeDisk.bytes();
            if (freeUnknown) {
                log.info("it can be told again how much of the disk is free freeBytes={}", free);
            }
            freeUnknown = false;
            setDisk(full || free < freeDiskMinBytes, free);
        } catch (IOException | RuntimeException e) {
            if (!freeUnknown) {
                // Once: this comes ten times a second, for as long as a folder is not mounted.
                log.error("it can't be told how much of the disk is free: the alarm stays as it is until it can", e);
            }
            freeUnknown = true;
            setDisk(full || diskShort, -1);
        }
    }

    @GuardedBy("this")
    private void setDisk(boolean isShort, long free) {
        boolean wasShort = diskShort;
        diskShort = isShort;
        if (diskShort && !wasShort) {
            log.warn(
                    "low on disk: connections that publish are blocked freeBytes={} disk_free_limit={}",
                    free,
                    freeDiskMinBytes);
        } else if (wasShort && !diskShort) {
            log.info("enough disk again: connections that publish go on freeBytes={}", free);
        }
        alarms.set(Alarm.DISK, diskShort);
    }
}
