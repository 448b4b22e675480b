package io.leveret.broker.alarm;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at memory and disk, and raises and clears their alarms. Run by a timer, one run at a time. */
public final class ResourceMonitor implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(ResourceMonitor.class);

    /** An alarm ends only this far from its limit, so that it does not flicker. */
    private static final double CLEARED = 0.95;

    private final Alarms alarms;
    private final LongSupplier messageBytes;
    private final long messageBytesMax;
    private final FreeDisk freeDisk;
    private final long freeDiskMinBytes;
    private final BooleanSupplier diskFull;
    private boolean memoryShort;

    /** How much may still be written. */
    public interface FreeDisk {

        long bytes() throws IOException;
    }

    /**
     * @param messageBytes what messages take of the heap
     * @param diskFull whether something could not be written for lack of room
     */
    public ResourceMonitor(
            Alarms alarms,
            LongSupplier messageBytes,
            long messageBytesMax,
            FreeDisk freeDisk,
            long freeDiskMinBytes,
            BooleanSupplier diskFull) {
        this.alarms = alarms;
        this.messageBytes = messageBytes;
        this.messageBytesMax = messageBytesMax;
        this.freeDisk = freeDisk;
        this.freeDiskMinBytes = freeDiskMinBytes;
        this.diskFull = diskFull;
    }

    @Override
    public void run() {
        try {
            long used = messageBytes.getAsLong();
            memoryShort = used > messageBytesMax || (memoryShort && used > messageBytesMax * CLEARED);
            alarms.set(Alarm.MEMORY, memoryShort);
            alarms.set(Alarm.DISK, diskFull.getAsBoolean() || freeDisk.bytes() < freeDiskMinBytes);
        } catch (IOException | RuntimeException e) {
            // The timer ends with the first exception that it sees, and the alarms with it.
            log.error("looking at memory and disk failed", e);
        }
    }
}
