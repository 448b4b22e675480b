package io.leveret.broker.alarm;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Which resources of a broker are short, and who waits until none is. May be used from any thread. */
public final class Alarms {

    @GuardedBy("this")
    private final Set<Alarm> active = EnumSet.noneOf(Alarm.class);

    @GuardedBy("this")
    private Set<Runnable> waiting = new LinkedHashSet<>();

    private volatile boolean any;
    private volatile Watcher watcher = (alarm, isActive) -> {};

    /** Told of each change, in order and before whoever waits; must not wait itself. */
    public interface Watcher {

        void changed(Alarm alarm, boolean isActive);
    }

    public void watchedBy(Watcher other) {
        watcher = other;
    }

    /** Cheap, for every burst of a publisher. */
    public boolean isAnyActive() {
        return any;
    }

    /** Tells of a resource whether it is short now. */
    public void set(Alarm alarm, boolean isActive) {
        Set<Runnable> released = Set.of();
        synchronized (this) {
            boolean changed = isActive ? active.add(alarm) : active.remove(alarm);
            if (!changed) {
                return;
            }
            any = !active.isEmpty();
            if (!any) {
                released = waiting;
                waiting = new LinkedHashSet<>();
            }
            watcher.changed(alarm, isActive);
        }
        released.forEach(Runnable::run);
    }

    /** What is short, as {@code connection.blocked} tells it in RabbitMQ 4.3; empty if nothing is. */
    public synchronized String reason() {
        return active.isEmpty()
                ? ""
                : active.stream().map(Alarm::text).collect(Collectors.joining(" & ", "low on ", ""));
    }

    /**
     * Runs something once no alarm is active any more, on whatever thread clears the last.
     *
     * @return false if none is active, and nothing will be run
     */
    public synchronized boolean whenClear(Runnable released) {
        if (active.isEmpty()) {
            return false;
        }
        waiting.add(released);
        return true;
    }

    /** Who waited has gone. */
    public synchronized void forget(Runnable released) {
        waiting.remove(released);
    }
}
