package io.leveret.interop;

import io.leveret.broker.Broker;
import io.leveret.broker.settings.BrokerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** A Leveret in this JVM, on a free port of loopback, started once for each setup. Closed by JUnit when all tests have run. */
final class EmbeddedLeveret implements AutoCloseable {

    private final Broker broker;

    private EmbeddedLeveret(Broker broker) {
        this.broker = broker;
    }

    static EmbeddedLeveret start(Setup setup) {
        BrokerSettings settings = setup.leveret();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            return new EmbeddedLeveret(
                    Broker.start(settings.withNetwork(settings.network().withListeners(List.of(anyPort)))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InetSocketAddress address() {
        return broker.addresses().get(0);
    }

    @Override
    public void close() {
        broker.close();
    }
}
