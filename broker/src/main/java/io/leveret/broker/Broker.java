package io.leveret.broker;

import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.connection.AmqpServer;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.vhost.VirtualHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A running broker: virtual hosts, listeners and event loops. Its methods may be called from any thread. */
public final class Broker implements AutoCloseable {

    private final AmqpServer server;

    private Broker(BrokerSettings settings) {
        Map<String, VirtualHost> vhosts = new ConcurrentHashMap<>();
        String defaultVhost = settings.login().defaultVhost();
        vhosts.put(defaultVhost, new VirtualHost(defaultVhost, settings.deprecatedFeatures()));
        this.server = new AmqpServer(settings, new Authenticator(settings.login()), vhosts::get);
    }

    /**
     * Starts a broker and returns when it accepts connections.
     *
     * @throws IOException if an address can't be listened on; the message names it
     */
    public static Broker start(BrokerSettings settings) throws IOException {
        Broker broker = new Broker(settings);
        broker.server.listen();
        return broker;
    }

    /** The addresses listened on, with the ports taken where 0 was asked for. */
    public List<InetSocketAddress> addresses() {
        return server.addresses();
    }

    /** Stops accepting, closes every connection with 320 CONNECTION_FORCED, waits for what is in flight. */
    @Override
    public void close() {
        server.close();
    }
}
