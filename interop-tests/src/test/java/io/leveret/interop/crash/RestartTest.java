package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.leveret.interop.process.Folders;
import io.leveret.interop.process.ServerProcess;
import io.leveret.interop.reference.Reference;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** A clean stop and a start, of Leveret and of a real RabbitMQ: one restart for all cases, and each sees what is there. */
@Timeout(300)
class RestartTest {

    private static final Path REFERENCE_CONF =
            Path.of("src", "test", "resources", "reference.conf").toAbsolutePath();
    private static final int TIMEOUT_MS = 10_000;

    @TestFactory
    Stream<DynamicTest> leveretBringsBackWhatItShould() throws Exception {
        Path folder = Files.createTempDirectory("leveret-restart");
        Map<RestartCase, List<String>> seen;
        List<Connection> before = new ArrayList<>();
        try (ServerProcess server = ServerProcess.startIn(folder, 256, CrashSettings.SETTINGS)) {
            before.addAll(prepareAll(server.address()));
        }
        try (ServerProcess server = ServerProcess.startIn(folder, 256, CrashSettings.SETTINGS)) {
            seen = observeAll(server.address());
        }
        before.forEach(Connection::abort);
        Folders.delete(folder);
        return tests(seen, RestartCase::expected);
    }

    /** So that what is expected is what RabbitMQ does; its broker is stopped and started within its node. */
    @TestFactory
    @SuppressWarnings("try") // closing it may be interrupted
    Stream<DynamicTest> rabbitMqBringsBackTheSame() throws Exception {
        try (Reference reference = Reference.start(REFERENCE_CONF, "/")) {
            List<Connection> before = prepareAll(reference.address());
            reference.restart();
            before.forEach(Connection::abort);
            return tests(observeAll(reference.address()), RestartCase::expectedOfRabbitMq);
        }
    }

    private static Stream<DynamicTest> tests(
            Map<RestartCase, List<String>> seen, Function<RestartCase, List<String>> expected) {
        return Arrays.stream(RestartCase.values())
                .map(each -> DynamicTest.dynamicTest(
                        each.sentence(), () -> assertThat(seen.get(each)).isEqualTo(expected.apply(each))));
    }

    /** The connections stay open, so that it is the restart which breaks them. */
    private static List<Connection> prepareAll(InetSocketAddress address) throws Exception {
        List<Connection> connections = new ArrayList<>();
        for (RestartCase each : RestartCase.values()) {
            Connection connection = connect(address);
            connections.add(connection);
            Channel channel = connection.createChannel();
            channel.confirmSelect();
            each.before(channel);
            channel.waitForConfirmsOrDie(TIMEOUT_MS);
        }
        return connections;
    }

    /** What a case can't see because of an error is part of what it sees, so that the others go on. */
    private static Map<RestartCase, List<String>> observeAll(InetSocketAddress address) throws Exception {
        Map<RestartCase, List<String>> seen = new EnumMap<>(RestartCase.class);
        for (RestartCase each : RestartCase.values()) {
            try (Connection connection = connect(address)) {
                Observer observer = new Observer(connection);
                try {
                    each.after(observer);
                } catch (Exception e) {
                    observer.note(e + ": " + e.getCause());
                }
                seen.put(each, observer.lines());
            }
        }
        return seen;
    }

    private static Connection connect(InetSocketAddress address) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(address.getHostString());
        factory.setPort(address.getPort());
        factory.setAutomaticRecoveryEnabled(false);
        factory.setChannelRpcTimeout(TIMEOUT_MS);
        return factory.newConnection();
    }
}
