package io.leveret.broker.connection;

import io.leveret.amqp.AmqpException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Every connection of this broker and the counts that are limited over all of them. Used from any thread. */
final class Peers {

    private final int connectionMax;
    private final int channelMax;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger channels = new AtomicInteger();

    /** Both are bounds, 0 for none. */
    Peers(int connectionMax, int channelMax) {
        this.connectionMax = connectionMax;
        this.channelMax = channelMax;
    }

    void add(Connection connection) {
        connections.add(connection);
    }

    void remove(Connection connection) {
        connections.remove(connection);
    }

    Set<Connection> all() {
        return connections;
    }

    /**
     * Counts a connection that opens a virtual host.
     *
     * @throws AmqpException not allowed, if there are as many as there may be
     */
    void opened() {
        if (open.incrementAndGet() > connectionMax && connectionMax > 0) {
            open.decrementAndGet();
            throw AmqpException.notAllowed(
                    "connection refused: node connection limit (" + connectionMax + ") is reached");
        }
    }

    void closed() {
        open.decrementAndGet();
    }

    /**
     * Counts a channel.
     *
     * @param node this broker's name, for the client
     * @throws AmqpException not allowed, if there are as many as there may be
     */
    void channelOpened(String node) {
        if (channels.incrementAndGet() > channelMax && channelMax > 0) {
            channels.decrementAndGet();
            throw AmqpException.notAllowed("number of channels opened on node '" + node
                            + "' has reached the maximum allowed limit of " + channelMax)
                    .withoutMethod();
        }
    }

    void channelsClosed(int count) {
        channels.addAndGet(-count);
    }
}
