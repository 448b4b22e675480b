package io.leveret.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One row for each honoured key; RabbitMQ 4.3's schema has the same opinion of the values except where noted. */
class HonouredKeysTest {

    /**
     * A key with values that it takes and values that it doesn't.
     *
     * @param bad empty where any text will do
     */
    record Row(String key, String word, List<String> good, List<String> bad) {

        String written() {
            return key.replaceFirst("\\$\\w+", word);
        }
    }

    private static Row row(String key, List<String> good, List<String> bad) {
        return new Row(key, "x", good, bad);
    }

    // RabbitMQ takes numbers out of range (heartbeat = -1, frame_max = 10, a port of 70000) and fails later.
    static Stream<Row> rows() {
        List<String> notBoolean = List.of("on", "yes", "TRUE", "1", "");
        List<String> booleans = List.of("true", "false");
        List<String> notSize = List.of("-1", "0", "1.5", "100KB", "x", "2147483648");
        List<String> amounts = List.of("1", "1000000000", "50MB", "50mb", "2GiB", "2Gi", "2G", "2k", "1TB", "1PiB");
        List<String> notAmount = List.of("0", "-1", "+1", "1.5GB", "1 GB", "1B", "2PB", "9999999PB", "x");
        List<String> levels = List.of("debug", "info", "notice", "warning", "error", "critical", "alert", "none");
        List<String> notLevel = List.of("warn", "INFO", "off", "");
        List<String> regexes = List.of(".*", "^app-[0-9]+$", "");
        return Stream.of(
                row("listeners.tcp", List.of("none"), List.of("5672", "true")),
                row(
                        "listeners.tcp.$name",
                        List.of("5672", "0", "65535", "127.0.0.1:5672", "0.0.0.0:1", "::1:5672", ":::5672", "[::1]:0"),
                        List.of("65536", "-1", "localhost:5672", "127.0.0.1", "1.2.3:5", "300.0.0.1:5", ":5672", "x")),
                row("handshake_timeout", List.of("1", "5000", "infinity"), List.of("0", "-1", "5s", "")),
                row("heartbeat", List.of("0", "+5", "65535"), List.of("-1", "65536", "1s", "10 20", "1.5", "0x10")),
                row(
                        "frame_max",
                        List.of("0", "4096", "131072", "128KB", "128kb", "1.5MB", "1MiB", "1GB"),
                        List.of("1", "4095", "-1", "1TB", "1 MB", "100B", "4GB", "4096.5", "")),
                row("leveret.event_loops", List.of("0", "8"), List.of("-1", "1025", "x")),
                row("leveret.event_loop_watchdog", booleans, notBoolean),
                row("leveret.shutdown_timeout", List.of("1", "30000"), List.of("0", "30s")),
                row("tcp_listen_options.backlog", List.of("0", "4096"), List.of("-1", "x")),
                row("tcp_listen_options.nodelay", booleans, notBoolean),
                row("tcp_listen_options.keepalive", booleans, notBoolean),
                row("tcp_listen_options.linger.on", booleans, notBoolean),
                row("tcp_listen_options.linger.timeout", List.of("0", "10"), List.of("-1", "x")),
                row("tcp_listen_options.sndbuf", List.of("100000"), notSize),
                row("tcp_listen_options.recbuf", List.of("100000"), notSize),
                row("max_channels_per_connection", List.of("0", "2047", "65535"), List.of("-1", "65536", "infinity")),
                row("channel_max_per_node", List.of("1", "infinity"), List.of("0", "-1", "x")),
                row("consumer_max_per_channel", List.of("1", "infinity"), List.of("0", "-1", "x")),
                row("max_connections", List.of("1", "infinity"), List.of("0", "-1", "x")),
                row("consumer_timeout", List.of("0", "1800000"), List.of("-1", "x", "infinity")),
                row("leveret.consumer_unacked_max", List.of("1", "100000"), List.of("0", "infinity")),
                row("leveret.group_lookahead", List.of("1", "10000000"), List.of("0", "10000001", "1MB", "infinity")),
                row("max_message_size", List.of("1", "536870912"), List.of("0", "536870913", "1MB")),
                row(
                        "leveret.transactional_messages_max",
                        List.of("1", "10000000"),
                        List.of("0", "10000001", "1MB", "x")),
                row("leveret.delayed_transient_max", List.of("1", "10000000"), List.of("0", "10000001", "1MB", "x")),
                row("leveret.transaction_max_bytes", List.of("1", "64MB", "16GB"), List.of("0", "-1", "1TB", "x")),
                row("leveret.store.sync", List.of("fsync", "os"), List.of("none", "FSYNC", "")),
                row(
                        "leveret.store.segment_bytes",
                        List.of("65536", "64MB", "2147483647"),
                        List.of("0", "65535", "2GB", "x")),
                row("leveret.store.segment_messages", List.of("1", "16777216"), List.of("0", "16777217", "1MB")),
                row("leveret.store.checkpoint_bytes", List.of("1", "256MB", "1024GB"), List.of("0", "-1", "1025GB")),
                row("leveret.store.checkpoint_interval", List.of("1", "2147483647"), List.of("0", "60s", "infinity")),
                row("leveret.store.preallocate_bytes", List.of("0", "4096", "16MB"), List.of("1", "-1", "2GB", "x")),
                row("leveret.store.reserve_bytes", List.of("0", "65536", "1GB"), List.of("1", "-1", "2GB", "x")),
                row("disk_free_limit.relative", List.of("0.5", "1", "1.5", "100"), List.of("0", "100.1", "-1", "1GB")),
                row("disk_free_limit.absolute", amounts, notAmount),
                row("vm_memory_high_watermark.absolute", amounts, notAmount),
                row(
                        "vm_memory_high_watermark.relative",
                        List.of("0.4", "1", "1.0"),
                        List.of("0", "1.1", "-0.1", "40%")),
                row("leveret.message_memory_bytes", List.of("1", "500MB"), List.of("0", "-1", "x")),
                row("auth_mechanisms.$name", List.of("PLAIN", "AMQPLAIN", "ANONYMOUS"), List.of("plain", "NOPE")),
                row("anonymous_login_user", List.of("none", "bob"), List.of()),
                row("anonymous_login_pass", List.of("secret"), List.of("encrypted:abc")),
                row("loopback_users", List.of("none"), List.of("guest", "true")),
                row("loopback_users.$user", booleans, notBoolean),
                row("default_user", List.of("app"), List.of()),
                row("default_pass", List.of("a:b"), List.of("encrypted:abc")),
                row("default_vhost", List.of("/", "app"), List.of()),
                row("default_user_tags.$tag", booleans, notBoolean),
                row("default_permissions.configure", regexes, List.of("[", "(")),
                row("default_permissions.write", regexes, List.of("[", "(")),
                row("default_permissions.read", regexes, List.of("[", "(")),
                row("product.name", List.of("Hare"), List.of()),
                row("product.version", List.of("1.2.3"), List.of()),
                row("cluster_name", List.of("hare@burrow"), List.of()),
                row("default_queue_type", List.of("classic", "quorum"), List.of("stream", "")),
                row("load_definitions", List.of("/x/a.json", "a.json"), List.of("", "a\0b")),
                row("definitions.import_backend", List.of("local_filesystem"), List.of("https", "")),
                row("definitions.local.path", List.of("/x/a.json", "a.json"), List.of("", "a\0b")),
                row("event_exchange.vhost", List.of("/", "events"), List.of()),
                row("event_exchange.protocol", List.of("amqp_0_9_1"), List.of("amqp_1_0", "")),
                row("deprecated_features.permit.transient_nonexcl_queues", booleans, notBoolean),
                row("deprecated_features.permit.global_qos", booleans, notBoolean),
                row("log.console", booleans, notBoolean),
                row("log.console.level", levels, notLevel),
                row("log.console.stdio", List.of("stdout", "stderr"), List.of("file", "")),
                row("log.console.use_colors", List.of("on", "off"), List.of("true", "yes")),
                row("log.dir", List.of("/var/log/leveret", "log"), List.of("", "a\0b")),
                row("log.file", List.of("false", "true", "a.log", "/x/a.log"), List.of("", "a\0b")),
                row("log.file.level", levels, notLevel),
                row("log.file.rotation.size", List.of("0", "10485760"), List.of("-1", "10MB")),
                row("log.file.rotation.date", List.of("", "$H0", "$D0", "$D23", "$W0D0", "$M1D0"), List.of("x", "$X1")),
                row("log.file.rotation.count", List.of("0", "10"), List.of("-1", "1001")),
                row("log.file.rotation.compress", booleans, notBoolean),
                row("log.default.level", levels, notLevel),
                row("log.connection.level", levels, notLevel),
                row("log.channel.level", levels, notLevel),
                row("log.queue.level", levels, notLevel),
                row("log.user.level", levels, notLevel));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void takesItsValues(Row row) throws ConfigException {
        for (String value : row.good()) {
            assertThat(load(row, value).warnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void saysWhatItExpectsInsteadOfAnotherValue(Row row) {
        for (String value : row.bad()) {
            String shown = row.key().endsWith("_pass") ? "***" : value;
            assertThatThrownBy(() -> load(row, value))
                    .as("%s = %s", row.key(), value)
                    .hasMessageStartingWith("--set: " + row.written() + ": " + shown + " (expected: ");
        }
    }

    @Test
    void haveARowEach() {
        Set<String> tested = rows().map(Row::key).collect(Collectors.toSet());

        assertThat(HonouredKeys.ALL.stream()
                        .map(key ->
                                key.patterns().get(key.patterns().size() - 1).toString()))
                .containsExactlyInAnyOrderElementsOf(tested);
    }

    @Test
    void areRabbitsKeysOrCarryOurName() {
        assertThat(rows().map(Row::written))
                .allMatch(key ->
                        key.startsWith("leveret.") || KnownKeys.isRabbits(Objects.requireNonNull(KeyName.parse(key))));
    }

    private static Configuration load(Row row, String value) throws ConfigException {
        // A dollar sign is not to be taken for a variable; none of the values has a parenthesis behind it.
        return Configuration.load(null, List.of(row.written() + "=" + value), name -> null);
    }
}
