package io.leveret.broker.event;

import io.leveret.amqp.FieldTable;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of a broker tell what happens. Any thread may, under any lock: it never waits, and as long as nobody listens it
 * costs the read of a volatile field or two. Who tells one thing after the other is heard in that order.
 */
public final class Events {

    /** The exchange that they go to. */
    public static final String EXCHANGE = "amq.rabbitmq.event";

    /** Who is told to have done what no user asked for. */
    public static final String NO_USER = "rmq-internal";

    private final String node;
    private final String vhost;
    private final InstantSource clock;
    private final long startedSeconds;
    private final AtomicLong lastId = new AtomicLong();
    private volatile @Nullable Listener listener;

    /** Takes events in. Called by any thread and under any lock: it must not wait, nor fail. */
    public interface Listener {

        /** Whether anybody wants to know at all; cheap. */
        boolean isListening();

        void take(Event event);
    }

    /**
     * @param node the broker's name
     * @param vhost the virtual host whose event exchange they go to
     */
    public Events(String node, String vhost, InstantSource clock) {
        this.node = node;
        this.vhost = vhost;
        this.clock = clock;
        this.startedSeconds = clock.millis() / 1000;
    }

    /** For what has nobody to tell. */
    public static Events none() {
        return new Events("nobody@localhost", "", InstantSource.system());
    }

    /** Whether the events go to this virtual host. */
    public boolean areIn(String virtualHost) {
        return vhost.equals(virtualHost);
    }

    public String node() {
        return node;
    }

    /** Has another one listen from now on. */
    public void listener(Listener other) {
        listener = other;
    }

    /** Whether anybody wants to know: where it is much work to find out what happened. */
    public boolean areWanted() {
        Listener to = listener;
        return to != null && to.isListening();
    }

    /**
     * Tells what happened.
     *
     * @param headers asked only if somebody wants to know, and before this returns
     */
    public void tell(String key, Supplier<FieldTable.Builder> headers) {
        Listener to = listener;
        if (to != null && to.isListening()) {
            long now = clock.millis();
            FieldTable all = headers.get().put("timestamp_in_ms", now).build();
            to.take(new Event(key, all, now));
        }
    }

    /** A number for the next thing that events have to tell apart. */
    public long newId() {
        return lastId.incrementAndGet();
    }

    /** The number as RabbitMQ tells its processes apart: unlike those of other brokers and of earlier runs. */
    public String pid(long id) {
        return "<" + node + "." + startedSeconds + "." + id + ".0>";
    }

    /** Likewise; empty if it has none. */
    public String pid(@Nullable Object identified) {
        return identified instanceof Identified one ? pid(one.eventId()) : "";
    }
}
