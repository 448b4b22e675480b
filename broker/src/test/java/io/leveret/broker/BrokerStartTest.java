package io.leveret.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.leveret.broker.settings.BrokerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts that fail: each leaves nothing open behind. */
@Timeout(60)
class BrokerStartTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir
    private Path data = Path.of("");

    @Test
    void saysWhichAddressIsTakenAndClosesItsStore() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress taken = (InetSocketAddress) other.getLocalSocketAddress();

            assertThatThrownBy(() -> Broker.start(listeningOn(ANY_PORT, taken), data))
                    .isInstanceOf(IOException.class)
                    .hasMessage("another process listens on 127.0.0.1:" + taken.getPort()
                            + "; stop it, or set listeners.tcp.default to another port");
        }
        assertThatNothingIsOpen();
        Broker.start(listeningOn(ANY_PORT), data).close();
    }

    @Test
    void closesItsStoreWhenAnAddressIsNone() throws IOException {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 5672);

        assertThatThrownBy(() -> Broker.start(listeningOn(ANY_PORT, unresolved), data))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("can't listen on nowhere.invalid:5672: ");
        assertThatNothingIsOpen();
    }

    @Test
    void closesItsStoreWhenThatCannotBeRead() throws IOException {
        Broker.start(listeningOn(ANY_PORT), data).close();
        Path vhost = data.resolve("vhosts").resolve("%2F");
        try (Stream<Path> files = Files.list(vhost)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.write(file, new byte[100]);
            }
        }

        assertThatThrownBy(() -> Broker.start(listeningOn(ANY_PORT), data)).isInstanceOf(IOException.class);
        assertThatNothingIsOpen();
    }

    private static BrokerSettings listeningOn(InetSocketAddress... addresses) {
        BrokerSettings defaults = BrokerSettings.defaults();
        return defaults.withNetwork(defaults.network().withListeners(List.of(addresses)));
    }

    private void assertThatNothingIsOpen() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        assumeThat(descriptors).exists();
        List<Path> open = new ArrayList<>();
        try (Stream<Path> links = Files.list(descriptors)) {
            for (Path link : links.toList()) {
                if (Files.isSymbolicLink(link)) {
                    open.add(Files.readSymbolicLink(link));
                }
            }
        }
        assertThat(open).noneMatch(file -> file.startsWith(data));
    }
}
