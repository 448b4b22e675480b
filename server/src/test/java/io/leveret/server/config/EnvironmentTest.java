package io.leveret.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What RabbitMQ's environment variables do here. */
class EnvironmentTest {

    private final Map<String, String> variables = new HashMap<>();

    @TempDir
    private Path folder = Path.of("");

    @Test
    void listensOnThePortThatIsNamed() throws Exception {
        variables.put("RABBITMQ_NODE_PORT", "5699");

        assertThat(listeners()).containsExactly(new InetSocketAddress(5699));
    }

    @Test
    void listensOnTheAddressThatIsNamed() throws Exception {
        variables.put("RABBITMQ_NODE_IP_ADDRESS", "::1");
        assertThat(listeners().get(0).toString()).endsWith("/[0:0:0:0:0:0:0:1]:5672");

        variables.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
        variables.put("RABBITMQ_NODE_PORT", "5699");
        assertThat(listeners()).containsExactly(new InetSocketAddress(InetAddress.getLoopbackAddress(), 5699));

        variables.put("RABBITMQ_NODE_IP_ADDRESS", "auto");
        assertThat(listeners()).containsExactly(new InetSocketAddress(5699));
    }

    @Test
    void listensOnWhatTheConfigurationSaysInstead() throws Exception {
        variables.put("RABBITMQ_NODE_PORT", "5699");

        assertThat(listeners("listeners.tcp.local=5701")).containsExactly(new InetSocketAddress(5701));
        assertThat(listeners("listeners.tcp=none")).isEmpty();
    }

    @Test
    void namesAVariableWithABadValue() {
        variables.put("RABBITMQ_NODE_PORT", "amqp");

        assertThatThrownBy(this::load)
                .hasMessageContaining("RABBITMQ_NODE_PORT: listeners.tcp.default: amqp (expected: ");
    }

    @Test
    void readsTheFileThatIsNamedWithOrWithoutItsEnding() throws Exception {
        Path file = write("rabbitmq.conf", "heartbeat = 7\n");

        variables.put("RABBITMQ_CONFIG_FILE", file.toString());
        assertThat(load().files()).containsExactly(file);
        variables.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq").toString());
        assertThat(load().settings().broker().network().heartbeatSeconds()).isEqualTo(7);
    }

    @Test
    void prefersTheFileOfTheCommandLine() throws Exception {
        variables.put(
                "RABBITMQ_CONFIG_FILE", write("one.conf", "heartbeat = 7\n").toString());
        Path other = write("other.conf", "heartbeat = 8\n");

        assertThat(Configuration.load(other, List.of(), variables::get).files()).containsExactly(other);
    }

    @Test
    void namesTheVariableWhoseFileIsMissing() {
        variables.put("RABBITMQ_CONFIG_FILE", folder.resolve("none").toString());

        assertThatThrownBy(this::load)
                .hasMessageContaining("RABBITMQ_CONFIG_FILE: no such file: " + folder.resolve("none"));
    }

    @Test
    void warnsOfEachThatHasNoEffectAndNamesWhatHas() throws Exception {
        variables.put("RABBITMQ_MNESIA_DIR", "/data");
        variables.put("RABBITMQ_LOGS", "/tmp/x.log");
        variables.put("RABBITMQ_ERLANG_COOKIE", "secret");

        assertThat(load().warnings())
                .containsExactly(
                        "RABBITMQ_ERLANG_COOKIE: no effect here",
                        "RABBITMQ_LOGS: no effect here; log.file is the key for that",
                        "RABBITMQ_MNESIA_DIR: no effect here; --data-dir or LEVERET_DATA_DIR is for that");
    }

    @Test
    void saysNothingOfVariablesThatRabbitMqDoesNotKnow() throws Exception {
        variables.put("RABBITMQ_SERVICE_HOST", "10.0.0.1");
        variables.put("RABBITMQ_PORT", "tcp://10.0.0.1:5672");

        assertThat(load().warnings()).isEmpty();
        assertThat(listeners()).containsExactly(new InetSocketAddress(5672));
    }

    private List<InetSocketAddress> listeners(String... assignments) throws ConfigException {
        return Configuration.load(null, List.of(assignments), variables::get)
                .settings()
                .broker()
                .network()
                .listeners();
    }

    private Configuration load() throws ConfigException {
        return Configuration.load(null, List.of(), variables::get);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
