package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.leveret.interop.Patience;
import io.leveret.interop.process.Folders;
import io.leveret.interop.process.ServerProcess;
import io.leveret.interop.reference.Reference;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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
    private static final String STOPPING =
            "connection closed: 320 CONNECTION_FORCED - broker forced connection closure with reason 'shutdown' [no method]";

    @TestFactory
    Stream<DynamicTest> leveretBringsBackWhatItShould() throws Exception {
        Path folder = Files.createTempDirectory("leveret-restart");
        Map<RestartCase, List<String>> seen;
        List<Goodbye> goodbyes = new ArrayList<>();
        Path policies = RestartPolicies.writeTo(folder);
        try (ServerProcess server = ServerProcess.startIn(folder, 256, with("load_definitions=" + policies))) {
            goodbyes.addAll(prepareAll(server.address()));
        }
        try (ServerProcess server = ServerProcess.startIn(folder, 256, CrashSettings.SETTINGS)) {
            seen = observeAll(server.address());
        }
        Folders.delete(folder);
        return tests(goodbyes, seen, RestartCase::expected);
    }

    /** So that what is expected is what RabbitMQ does; its broker is stopped and started within its node. */
    @TestFactory
    @SuppressWarnings("try") // closing it may be interrupted
    Stream<DynamicTest> rabbitMqBringsBackTheSame() throws Exception {
        try (Reference reference = Reference.start(REFERENCE_CONF, "/")) {
            RestartPolicies.upload(reference.management());
            List<Goodbye> goodbyes = prepareAll(reference.address());
            reference.restart();
            return tests(goodbyes, observeAll(reference.address()), RestartCase::expectedOfRabbitMq);
        }
    }

    private static List<String> with(String setting) {
        return Stream.concat(CrashSettings.SETTINGS.stream(), Stream.of(setting))
                .toList();
    }

    private static Stream<DynamicTest> tests(
            List<Goodbye> goodbyes, Map<RestartCase, List<String>> seen, Function<RestartCase, List<String>> expected) {
        DynamicTest forced = DynamicTest.dynamicTest(
                "Every connection is told that the broker stops", () -> assertAllTold(goodbyes));
        return Stream.concat(
                Stream.of(forced),
                RestartCase.all().stream()
                        .map(each -> DynamicTest.dynamicTest(
                                each.sentence(),
                                () -> assertThat(seen.get(each)).isEqualTo(expected.apply(each)))));
    }

    private static void assertAllTold(List<Goodbye> goodbyes) throws Exception {
        assertThat(goodbyes).hasSameSizeAs(RestartCase.all());
        for (Goodbye goodbye : goodbyes) {
            assertThat(goodbye.await(Patience.MS)).isEqualTo(STOPPING);
        }
    }

    /** The connections stay open, so that it is the restart which breaks them. */
    private static List<Goodbye> prepareAll(InetSocketAddress address) throws Exception {
        List<Goodbye> goodbyes = new ArrayList<>();
        for (RestartCase each : RestartCase.all()) {
            Connection connection = connect(address);
            goodbyes.add(Goodbye.of(connection));
            Channel channel = connection.createChannel();
            channel.confirmSelect();
            each.before(channel);
            channel.waitForConfirmsOrDie(Patience.MS);
        }
        return goodbyes;
    }

    /** What a case can't see because of an error is part of what it sees, so that the others go on. */
    private static Map<RestartCase, List<String>> observeAll(InetSocketAddress address) throws Exception {
        Map<RestartCase, List<String>> seen = new HashMap<>();
        for (RestartCase each : RestartCase.all()) {
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
        factory.setChannelRpcTimeout(Patience.MS);
        return factory.newConnection();
    }
}
