package io.leveret.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownKeysTest {

    private final KnownKeys keys = KnownKeys.load();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vm_memory_high_watermark.relative",
                "management.tcp.port",
                "prometheus.tcp.port",
                "auth_ldap.servers.1",
                "auth_oauth2.resource_servers.app.verify_aud",
                "cluster_formation.etcd.endpoints.a",
                "mqtt.listeners.tcp.default",
                "stream.tcp_listen_options.linger.on",
                "ssl_options.versions.tlsv1_3",
                "default_users.app.password",
                "shovel.topology.predeclared",
                "leveret.event_loops"
            })
    void knowsTheKey(String key) {
        assertThat(keys.contains(name(key))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nosuch", "HEARTBEAT", "listeners.tcp.a.b", "listeners", "default_user_tags", "log.x.level"})
    void doesNotKnowTheKey(String key) {
        assertThat(keys.contains(name(key))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "hartbeat, heartbeat",
        "heartbaet, heartbeat",
        "Heartbeat, heartbeat",
        "listener.tcp.default, listeners.tcp.default",
        "listeners.tpc.amqp, listeners.tcp.amqp",
        "log.console.lvl, log.console.level",
        "default_password, default_pass",
        "default_user_tag.admin, default_user_tags.admin",
        "managment.tcp.port, management.tcp.port",
        "leveret.event_loop, leveret.event_loops",
        "vm_memory_highwatermark.relative, vm_memory_high_watermark.relative"
    })
    void suggestsTheNearestKey(String written, String meant) {
        assertThat(keys.nearest(name(written))).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zzzzzz", "completely.different.thing"})
    void suggestsNothingWhenNothingIsNear(String written) {
        assertThat(keys.nearest(name(written))).isEmpty();
    }

    @Test
    void suggestsNothingForAnEndlessKey() {
        assertThat(keys.nearest(name("a".repeat(10_000)))).isEmpty();
    }

    private static KeyName name(String text) {
        return Objects.requireNonNull(KeyName.parse(text));
    }
}
