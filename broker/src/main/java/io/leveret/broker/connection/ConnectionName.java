package io.leveret.broker.connection;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Address and port of both ends, as RabbitMQ names connections. Immutable, and taken while the socket is open: a closed one
 * can't tell its own address any more.
 */
record ConnectionName(InetSocketAddress client, @Nullable InetSocketAddress server) {

    static ConnectionName of(Channel socket) {
        return new ConnectionName(
                (InetSocketAddress) socket.remoteAddress(), (InetSocketAddress) socket.localAddress());
    }

    @Override
    public String toString() {
        return describe(client) + " -> " + describe(server);
    }

    private static String describe(@Nullable InetSocketAddress end) {
        return end == null ? "unknown" : end.getAddress().getHostAddress() + ":" + end.getPort();
    }
}
