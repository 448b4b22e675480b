package io.leveret.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.LoginSettings;
import io.leveret.persistence.disk.FolderDisk;
import io.leveret.persistence.store.UnfinishedSalvage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

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
    void namesTheVirtualHostThatIsDamagedAndWhatToDo() throws IOException {
        Broker.start(listeningOn(ANY_PORT), data).close();
        Path vhost = data.resolve("vhosts").resolve("%2F");
        damageCheckpoints(vhost);

        assertThatThrownBy(() -> Broker.start(listeningOn(ANY_PORT), data))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("virtual host '/' is damaged: checkpoint")
                .hasMessageContaining(" in " + vhost + "; 'leveret ctl store verify " + vhost + "' tells")
                .hasMessageContaining("'leveret ctl store salvage " + vhost + "' copies");
    }

    @Test
    void refusesADataFolderOrVirtualHostWithAPartOfASalvage() throws IOException {
        Broker.start(listeningOn(ANY_PORT), data).close();
        for (Path part : List.of(data, data.resolve("vhosts").resolve("%2F"))) {
            FolderDisk folder = FolderDisk.open(part);
            UnfinishedSalvage.mark(folder);

            assertThatThrownBy(() -> Broker.start(listeningOn(ANY_PORT), data))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(part + ": the salvage into this folder did not come to its end");
            assertThatNothingIsOpen();
            UnfinishedSalvage.unmark(folder);
        }
        Broker.start(listeningOn(ANY_PORT), data).close();
    }

    /** Which is no damage: a salvage would be the wrong advice. */
    @Test
    void namesTheVirtualHostThatAnotherVersionWrote() throws IOException {
        Broker.start(listeningOn(ANY_PORT), data).close();
        Path vhost = data.resolve("vhosts").resolve("%2F");
        Path segment = vhost.resolve("log").resolve("0000000001.0.seg");
        writeSegment(segment, 3);
        byte[] before = Files.readAllBytes(segment);

        assertThatThrownBy(() -> Broker.start(listeningOn(ANY_PORT), data))
                .isInstanceOf(IOException.class)
                .hasMessage("virtual host '/' was written by another version of Leveret and is left as it is:"
                        + " 0000000001.0.seg: format version: 3 (expected: 2, the one that this version of Leveret reads"
                        + " and writes) in " + vhost);
        assertThat(segment).hasBinaryContent(before);
    }

    /** No more of a segment than tells its version. */
    private static void writeSegment(Path segment, int version) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(64).putInt(0x4c565347).putInt(version);
        CRC32C crc = new CRC32C();
        crc.update(header.array(), 0, 60);
        Files.write(segment, header.putInt(60, (int) crc.getValue()).array());
    }

    @Test
    void warnsOfVirtualHostsThatAnotherDefaultVhostHides() throws IOException {
        Broker.start(listeningOn(ANY_PORT), data).close();
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        Logger log = (Logger) LoggerFactory.getLogger(Broker.class);
        log.setAdditive(false);
        log.setLevel(Level.WARN);
        log.addAppender(said);
        try {
            Broker.start(withDefaultVhost("new"), data).close();
            Broker.start(withDefaultVhost("new"), data.resolve("other")).close();
        } finally {
            log.detachAppender(said);
            log.setLevel(null);
            log.setAdditive(true);
        }

        assertThat(said.list)
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage()).contains("[/]", "default_vhost=new"));
    }

    private static BrokerSettings withDefaultVhost(String vhost) {
        BrokerSettings plain = listeningOn(ANY_PORT);
        LoginSettings login = plain.login();
        LoginSettings changed = new LoginSettings(
                login.mechanisms(),
                login.anonymousUser(),
                login.anonymousPassword(),
                login.loopbackUsers(),
                login.defaultUser(),
                vhost);
        return new BrokerSettings(
                plain.network(),
                plain.limits(),
                plain.storage(),
                changed,
                plain.identity(),
                plain.deprecatedFeatures());
    }

    @Test
    void closesItsStoreWhenThatCannotBeRead() throws IOException {
        Broker.start(listeningOn(ANY_PORT), data).close();
        damageCheckpoints(data.resolve("vhosts").resolve("%2F"));

        assertThatThrownBy(() -> Broker.start(listeningOn(ANY_PORT), data)).isInstanceOf(IOException.class);
        assertThatNothingIsOpen();
    }

    private static void damageCheckpoints(Path vhost) throws IOException {
        try (Stream<Path> files = Files.list(vhost)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.write(file, new byte[100]);
            }
        }
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
