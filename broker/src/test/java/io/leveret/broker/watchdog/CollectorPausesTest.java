package io.leveret.broker.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.Test;

class CollectorPausesTest {

    /** The JVM tells whole milliseconds, and its start by another clock. */
    private static final long ROUNDING_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    /** The first collector's pause that was asked for; the JVM tells its listeners in the order in which they came. */
    private final CompletableFuture<GarbageCollectionNotificationInfo> asked = new CompletableFuture<>();

    private final NotificationListener listener = this::heard;

    @Test
    void aPauseIsPlacedWhenItWas() throws Exception {
        try (CollectorPauses collector = new CollectorPauses()) {
            for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
                ((NotificationEmitter) bean).addNotificationListener(listener, null, null);
            }
            long from = System.nanoTime();
            System.gc();
            long to = System.nanoTime();

            long tookNanos = TimeUnit.MILLISECONDS.toNanos(
                    asked.get(30, TimeUnit.SECONDS).getGcInfo().getDuration());
            assertThat(tookNanos).isPositive();
            assertThat(collector.pauses().overlapNanos(from - ROUNDING_NANOS, to + ROUNDING_NANOS))
                    .isGreaterThanOrEqualTo(tookNanos);
        } finally {
            for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
                ((NotificationEmitter) bean).removeNotificationListener(listener);
            }
        }
    }

    private void heard(Notification notification, Object handback) {
        GarbageCollectionNotificationInfo told =
                GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
        if (told.getGcCause().equals("System.gc()") && told.getGcAction().equals("end of major GC")) {
            asked.complete(told);
        }
    }
}
