package io.leveret.interop;

import io.leveret.broker.Broker;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.vhost.VirtualHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A Leveret in this JVM, on a free port of loopback, started once for each setup. Closed by JUnit when all tests have run. */
final class EmbeddedLeveret implements AutoCloseable {

    private final Broker broker;
    private final Path dataFolder;

    private EmbeddedLeveret(Broker broker, Path dataFolder) {
        this.broker = broker;
        this.dataFolder = dataFolder;
    }

    static EmbeddedLeveret start(Setup setup) {
        BrokerSettings settings = setup.leveret();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            Path dataFolder = Files.createTempDirectory("leveret");
            BrokerSettings onAnyPort = settings.withNetwork(settings.network().withListeners(List.of(anyPort)));
            return new EmbeddedLeveret(Broker.start(onAnyPort, dataFolder), dataFolder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InetSocketAddress address() {
        return broker.addresses().get(0);
    }

    Administration administration(String virtualHost) {
        VirtualHost vhost = broker.virtualHost(virtualHost);
        if (vhost == null) {
            throw new IllegalStateException("no virtual host " + virtualHost);
        }
        return new EmbeddedAdministration(broker, vhost);
    }

    @Override
    public void close() {
        broker.close();
        deleteFolder();
    }

    private void deleteFolder() {
        try (Stream<Path> files = Files.walk(dataFolder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
