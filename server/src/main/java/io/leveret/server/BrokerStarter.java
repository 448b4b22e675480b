package io.leveret.server;

import io.leveret.broker.Broker;
import io.leveret.broker.settings.BrokerSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** Starts the broker that a server runs; tests put a broker of their own here. */
interface BrokerStarter {

    /**
     * Returns when it accepts connections.
     *
     * @throws IOException if an address can't be listened on, or the data can't be read; the message names it
     */
    RunningBroker start(BrokerSettings settings, Path dataFolder) throws IOException;

    /** What a server needs of a broker. */
    interface RunningBroker extends AutoCloseable {

        List<InetSocketAddress> addresses();

        @Override
        void close();
    }

    static RunningBroker startBroker(BrokerSettings settings, Path dataFolder) throws IOException {
        Broker broker = Broker.startWarm(settings, dataFolder);
        return new RunningBroker() {
            @Override
            public List<InetSocketAddress> addresses() {
                return broker.addresses();
            }

            @Override
            public void close() {
                broker.close();
            }
        };
    }
}
