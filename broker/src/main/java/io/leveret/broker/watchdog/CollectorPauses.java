package io.leveret.broker.watchdog;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * Listens to when the garbage collectors stop everything; the JVM tells it a moment after each pause, in whole milliseconds. On
 * Java 17 it does not tell of the two short pauses in G1's concurrent cycle. May be used from any thread.
 */
final class CollectorPauses implements AutoCloseable {

    /** What ZGC and Shenandoah call the whole of a cycle, in which others run. */
    private static final String CONCURRENT_CYCLE = "end of GC cycle";

    private final Pauses pauses = new Pauses();
    private final NotificationListener listener = this::heard;
    /**
     * What {@link System#nanoTime} was when the JVM was ready, from which collectors count: its start time, while its uptime counts
     * from some 50 ms before. It is as exact as the wall clock ran evenly since.
     */
    private final long readyNanos = System.nanoTime()
            - TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()
                    - ManagementFactory.getRuntimeMXBean().getStartTime());

    CollectorPauses() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(listener, null, null);
            }
        }
    }

    Pauses pauses() {
        return pauses;
    }

    private void heard(Notification notification, @Nullable Object handback) {
        if (notification.getUserData() instanceof CompositeData data
                && notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            GarbageCollectionNotificationInfo told = GarbageCollectionNotificationInfo.from(data);
            GcInfo gc = told.getGcInfo();
            if (!told.getGcAction().equals(CONCURRENT_CYCLE)) {
                pauses.add(nanos(gc.getStartTime()), nanos(gc.getEndTime()));
            }
        }
    }

    private long nanos(long sinceReadyMs) {
        return readyNanos + TimeUnit.MILLISECONDS.toNanos(sinceReadyMs);
    }

    @Override
    public void close() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                stopListening(emitter);
            }
        }
    }

    private void stopListening(NotificationEmitter emitter) {
        try {
            emitter.removeNotificationListener(listener);
        } catch (ListenerNotFoundException e) {
            throw new AssertionError("nobody else takes it away", e);
        }
    }
}
