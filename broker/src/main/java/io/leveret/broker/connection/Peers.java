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
    private final Counts ofVhosts = new Counts();
    private final Counts ofUsers = new Counts();
    private final Counts channelsOfUsers = new Counts();

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
     * Counts an open connection for its virtual host and its user.
     *
     * @param vhostMax how many there may be in the virtual host; negative if there is no limit; likewise of the user
     * @throws AmqpException not allowed, if there are as many as there may be
     */
    void entered(String vhost, long vhostMax, String user, long userMax) {
        if (!ofVhosts.add(vhost, vhostMax)) {
            throw AmqpException.notAllowed("access to vhost '" + vhost + "' refused for user '" + user
                    + "': connection limit (" + vhostMax + ") is reached");
        }
        if (!ofUsers.add(user, userMax)) {
            ofVhosts.remove(vhost, 1);
            throw AmqpException.notAllowed(
                    "connection refused for user '" + user + "': user connection limit (" + userMax + ") is reached");
        }
    }

    void left(String vhost, String user) {
        ofVhosts.remove(vhost, 1);
        ofUsers.remove(user, 1);
    }

    /**
     * Counts a channel.
     *
     * @param node this broker's name, for the client
     * @param userMax how many the user may have; negative if there is no limit
     * @throws AmqpException not allowed, if there are as many as there may be
     */
    void channelOpened(String node, String user, long userMax) {
        if (channels.incrementAndGet() > channelMax && channelMax > 0) {
            channels.decrementAndGet();
            throw AmqpException.notAllowed("number of channels opened on node '" + node
                            + "' has reached the maximum allowed limit of " + channelMax)
                    .withoutMethod();
        }
        if (!channelsOfUsers.add(user, userMax)) {
            channels.decrementAndGet();
            throw AmqpException.notAllowed("number of channels opened for user '" + user
                            + "' has reached the maximum allowed user limit of " + userMax)
                    .withoutMethod();
        }
    }

    void channelsClosed(String user, int count) {
        channels.addAndGet(-count);
        channelsOfUsers.remove(user, count);
    }
}
