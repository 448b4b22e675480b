package io.leveret.broker.connection;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One timer for all connections of an event loop: twice a second each looks at its heartbeats and timeouts. Runs only while
 * there are connections. Owned by its loop.
 */
final class LoopTicker {

    /** Half of the smallest heartbeat interval. */
    private static final long PERIOD_MS = 500;

    private final EventLoop loop;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private @Nullable ScheduledFuture<?> timer;

    LoopTicker(EventLoop loop) {
        this.loop = loop;
    }

    void add(Connection connection) {
        connections.add(connection);
        if (timer == null) {
            timer = loop.scheduleWithFixedDelay(this::tick, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
        }
    }

    void remove(Connection connection) {
        connections.remove(connection);
        if (connections.isEmpty() && timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void tick() {
        new ArrayList<>(connections).forEach(Connection::tick);
    }
}
