package io.leveret.interop;

import io.leveret.broker.Broker;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.storage.Disks;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.persistence.disk.FolderDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** A Leveret in this JVM, on a free port of loopback, started once for each setup. Closed by JUnit when all tests have run. */
final class EmbeddedLeveret implements AutoCloseable {

    private final Broker broker;
    private final Path dataFolder;
    private final AtomicBoolean diskShort;

    private EmbeddedLeveret(Broker broker, Path dataFolder, AtomicBoolean diskShort) {
        this.broker = broker;
        this.dataFolder = dataFolder;
        this.diskShort = diskShort;
    }

    static EmbeddedLeveret start(Setup setup) {
        BrokerSettings settings = setup.leveret();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            Path dataFolder = Files.createTempDirectory("leveret");
            BrokerSettings onAnyPort = settings.withNetwork(settings.network().withListeners(List.of(anyPort)));
            AtomicBoolean diskShort = new AtomicBoolean();
            Disks disks = folder -> new SqueezedDisk(FolderDisk.open(folder), diskShort);
            return new EmbeddedLeveret(Broker.start(onAnyPort, dataFolder, disks), dataFolder, diskShort);
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
        return new EmbeddedAdministration(broker, vhost, diskShort);
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
