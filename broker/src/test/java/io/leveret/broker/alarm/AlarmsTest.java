package io.leveret.broker.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AlarmsTest {

    private final Alarms alarms = new Alarms();
    private final List<String> released = new ArrayList<>();
    private long messageBytes;
    private long toldMax;
    private long freeBytes = 1000;
    private boolean full;
    private boolean mounted = true;
    private final ResourceMonitor monitor =
            new ResourceMonitor(alarms, () -> messageBytes, 100, max -> toldMax = max, this::freeBytes, 50, () -> full);

    @Test
    void namesWhatIsShort() {
        alarms.set(Alarm.DISK, true);
        assertThat(alarms.reason()).isEqualTo("low on disk");

        alarms.set(Alarm.MEMORY, true);
        assertThat(alarms.reason()).isEqualTo("low on disk & memory");
    }

    @Test
    void releasesWhoWaitsWhenTheLastAlarmIsCleared() {
        alarms.set(Alarm.DISK, true);
        alarms.set(Alarm.MEMORY, true);
        assertThat(alarms.whenClear(() -> released.add("a"))).isTrue();

        alarms.set(Alarm.DISK, false);
        assertThat(released).isEmpty();

        alarms.set(Alarm.MEMORY, false);
        assertThat(released).containsExactly("a");
        assertThat(alarms.isAnyActive()).isFalse();
    }

    @Test
    void letsNobodyWaitForNothing() {
        assertThat(alarms.whenClear(() -> released.add("a"))).isFalse();
    }

    @Test
    void raisesTheDiskAlarmBelowTheLimitAndWhenNothingCanBeWritten() {
        freeBytes = 49;
        monitor.run();
        assertThat(alarms.reason()).isEqualTo("low on disk");

        freeBytes = 50;
        monitor.run();
        assertThat(alarms.isAnyActive()).isFalse();

        full = true;
        monitor.run();
        assertThat(alarms.isAnyActive()).isTrue();
    }

    @Test
    void clearsTheMemoryAlarmOnlyWellBelowItsLimit() {
        messageBytes = 101;
        monitor.run();
        assertThat(alarms.reason()).isEqualTo("low on memory");

        messageBytes = 98;
        monitor.run();
        assertThat(alarms.isAnyActive()).isTrue();

        messageBytes = 95;
        monitor.run();
        assertThat(alarms.isAnyActive()).isFalse();
    }

    @Test
    void looksAtOnceWhenALimitIsChanged() {
        messageBytes = 90;
        monitor.memoryMax(80);
        monitor.freeDiskMin(1001);
        assertThat(alarms.reason()).isEqualTo("low on disk & memory");

        monitor.memoryMax(100);
        monitor.freeDiskMin(1000);
        assertThat(alarms.isAnyActive()).isFalse();
    }

    @Test
    void tellsWhoFreesMemoryFromWhereOnItIsShort() {
        assertThat(toldMax).isEqualTo(100);

        monitor.memoryMax(80);
        assertThat(toldMax).isEqualTo(80);
    }

    @Test
    void hasNoMemoryAtAllWithALimitOfNone() {
        monitor.memoryMax(0);
        assertThat(alarms.reason()).isEqualTo("low on memory");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> monitor.memoryMax(-1))
                .withMessage("vm_memory_high_watermark: -1 (expected: 0 or more)");
    }

    @Test
    void saysOnceThatTheFreeDiskCannotBeToldAndKeepsTheAlarm() {
        Logger log = (Logger) LoggerFactory.getLogger(ResourceMonitor.class);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.list = new CopyOnWriteArrayList<>();
        said.start();
        log.setLevel(Level.WARN);
        log.addAppender(said);
        try {
            freeBytes = 49;
            monitor.run();
            mounted = false;
            monitor.run();
            monitor.run();
            assertThat(alarms.reason()).isEqualTo("low on disk");
            // Other tests may run at the same time, but none of them comes to this.
            assertThat(said.list)
                    .filteredOn(each -> each.getLevel() == Level.ERROR)
                    .hasSize(1);

            mounted = true;
            freeBytes = 50;
            monitor.run();
            assertThat(alarms.isAnyActive()).isFalse();
            mounted = false;
            full = true;
            monitor.run();
            assertThat(alarms.isAnyActive()).as("nothing can be written").isTrue();
        } finally {
            log.detachAppender(said);
            log.setLevel(null);
        }
    }

    private long freeBytes() throws IOException {
        if (!mounted) {
            throw new IOException("not mounted");
        }
        return freeBytes;
    }

    @Test
    void whoHasGoneIsNotToldAnyMore() {
        List<String> told = new ArrayList<>();
        Runnable gone = () -> told.add("gone");
        Alarms alarms = new Alarms();
        alarms.set(Alarm.DISK, true);
        alarms.whenClear(gone);
        alarms.whenClear(() -> told.add("there"));

        alarms.forget(gone);
        alarms.set(Alarm.DISK, false);

        assertThat(told).containsExactly("there");
    }
}
