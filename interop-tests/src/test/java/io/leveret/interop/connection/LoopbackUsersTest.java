package io.leveret.interop.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.Broker;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.interop.Patience;
import io.leveret.interop.process.Tool;
import io.leveret.interop.raw.Login;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import io.leveret.server.config.Configuration;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code loopback_users}, seen from an address of this machine that is not loopback. {@link LoginTest} has RabbitMQ's text. */
@Timeout(90)
class LoopbackUsersTest {

    private static final String REFUSED = "connection closed: 403 ACCESS_REFUSED - Login was refused using"
            + " authentication mechanism %s. For details see the broker logfile. [no method]";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void guestIsRefusedFromElsewhere() throws Exception {
        try (Broker broker = start("")) {
            assertThat(answerTo(broker, Login.plain("guest", "guest"))).isEqualTo(String.format(REFUSED, "PLAIN"));
            assertThat(answerTo(broker, Login.startOk("ANONYMOUS", ""))).isEqualTo(String.format(REFUSED, "ANONYMOUS"));
        }
    }

    @Test
    void guestIsLetInFromElsewhereWhereTheConfigurationSaysSo() throws Exception {
        try (Broker broker = start("loopback_users.guest = false")) {
            assertThat(answerTo(broker, Login.plain("guest", "guest"))).isEqualTo("connection.tune on channel 0");
        }
    }

    @Test
    void anotherUserIsNotGuestAndSoLetIn() throws Exception {
        try (Broker broker = start("default_user = someone\ndefault_pass = secret")) {
            assertThat(answerTo(broker, Login.plain("someone", "secret"))).isEqualTo("connection.tune on channel 0");
            assertThat(answerTo(broker, Login.plain("someone", "wrong"))).isEqualTo(String.format(REFUSED, "PLAIN"));
        }
    }

    private Broker start(String configuration) throws Exception {
        Path file = Files.writeString(folder.resolve("rabbitmq.conf"), configuration + "\n");
        BrokerSettings settings =
                Configuration.load(file, List.of(), variable -> null).settings().broker();
        InetSocketAddress elsewhere = new InetSocketAddress(notLoopback(), 0);
        return Broker.start(settings.withNetwork(settings.network().withListeners(List.of(elsewhere))));
    }

    /** A connection to an address of the same machine comes from that address. */
    private static InetAddress notLoopback() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .filter(LoopbackUsersTest::isUp)
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElseThrow(() -> Tool.missing("this machine has no address but loopback to connect from"));
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (SocketException e) {
            return false;
        }
    }

    private static String answerTo(Broker broker, Octets startOk) throws IOException {
        try (RawClient client = RawClient.connect(broker.addresses().get(0), Patience.MS)) {
            client.send(RawClient.PROTOCOL_HEADER).next();
            return client.method(0, startOk).next();
        }
    }
}
