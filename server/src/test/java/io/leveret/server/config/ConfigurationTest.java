package io.leveret.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.LoginSettings;
import io.leveret.broker.settings.StorageSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

    @TempDir
    private Path folder = Path.of("");

    private final Map<String, String> environment = new HashMap<>();

    @Test
    void isRabbitsDefaultsWhenNothingIsSet() throws ConfigException {
        Configuration configuration = Configuration.load(null, List.of(), environment::get);

        assertThat(configuration.settings().broker()).isEqualTo(BrokerSettings.defaults());
        assertThat(configuration.files()).isEmpty();
        assertThat(configuration.warnings()).isEmpty();
    }

    @Test
    void countsTheLastOfTwoSettingsOfOneKey() throws Exception {
        assertThat(load("heartbeat = 1\nheartbeat = 2\n").broker().network().heartbeatSeconds())
                .isEqualTo(2);
    }

    @Test
    void readsTheFolderBesideTheFileInOrderOfNamesAndAfterIt() throws Exception {
        write("conf.d/20-b.conf", "heartbeat = 20\n");
        write("conf.d/10-a.conf", "heartbeat = 10\nframe_max = 8192\n");
        write("conf.d/30-c.txt", "heartbeat = 30\n");
        Configuration configuration = loadAll("heartbeat = 1\nframe_max = 4096\nchannel_max = 7\n");

        BrokerSettings settings = configuration.settings().broker();
        assertThat(settings.network().heartbeatSeconds()).isEqualTo(20);
        assertThat(settings.network().frameMaxBytes()).isEqualTo(8192);
        assertThat(settings.limits().channelMax()).isEqualTo(7);
        assertThat(configuration.files())
                .extracting(file -> String.valueOf(file.getFileName()))
                .containsExactly("rabbitmq.conf", "10-a.conf", "20-b.conf");
    }

    @Test
    void readsAnIncludedFileWhereItStands() throws Exception {
        write("more.conf", "heartbeat = 3\n");

        assertThat(load("heartbeat = 1\ninclude more.conf\n").broker().network().heartbeatSeconds())
                .isEqualTo(3);
        assertThat(load("include more.conf\nheartbeat = 1\n").broker().network().heartbeatSeconds())
                .isEqualTo(1);
    }

    @Test
    void warnsOfAnIncludeThatMatchesNothing() throws Exception {
        assertThat(loadAll("include none.conf\n").warnings())
                .singleElement()
                .asString()
                .contains("include: no file matches");
    }

    @Test
    void refusesFilesThatIncludeThemselves() {
        assertThatThrownBy(() -> load("include rabbitmq.conf\n")).hasMessageContaining("does one include itself?");
    }

    @Test
    void takesAValueFromAFile() throws Exception {
        write("secret", "s3cret\n");

        assertThat(login("default_pass = $(<secret)\n").defaultUser().password())
                .isEqualTo("s3cret");
    }

    @Test
    void putsEnvironmentVariablesAndOtherKeysIntoValues() throws Exception {
        environment.put("SECONDS", "5");
        environment.put("NAME", "hare");

        BrokerSettings settings = load("""
                        heartbeat = $( SECONDS )
                        cluster_name = '$(NAME)@$(default_user)-$(heartbeat)'
                        default_user = $(NAME)
                        """).broker();

        assertThat(settings.network().heartbeatSeconds()).isEqualTo(5);
        assertThat(settings.identity().clusterName()).isEqualTo("hare@hare-5");
    }

    @Test
    void prefersAKeyToAnEnvironmentVariableOfTheSameName() throws Exception {
        environment.put("heartbeat", "99");

        assertThat(load("heartbeat = 5\ncluster_name = c$(heartbeat)\n")
                        .broker()
                        .identity()
                        .clusterName())
                .isEqualTo("c5");
    }

    @Test
    void leavesADollarWithoutParenthesesAlone() throws Exception {
        assertThat(load("cluster_name = $5 ${NAME} $(open\n")
                        .broker()
                        .identity()
                        .clusterName())
                .isEqualTo("$5 ${NAME} $(open");
    }

    @Test
    void namesAVariableThatIsNotSet() {
        assertThatThrownBy(() -> load("heartbeat = 1\ncluster_name = $(NOPE)\n"))
                .hasMessageContaining("rabbitmq.conf:2: cluster_name: $(NOPE) is neither an environment variable nor");
    }

    @Test
    void refusesValuesThatReferInACircle() {
        assertThatThrownBy(() -> load("cluster_name = $(default_user)\ndefault_user = $(cluster_name)\n"))
                .hasMessageContaining("refers back to itself");
    }

    @Test
    void refusesValuesThatGrowAtEachStep() {
        StringBuilder text = new StringBuilder("default_user_tags.t0 = ''\n");
        for (int i = 1; i < 40; i++) {
            text.append("default_user_tags.t%1$d = $(default_user_tags.t%2$d)$(default_user_tags.t%2$d)%n"
                    .formatted(i, i - 1));
        }

        assertThatThrownBy(() -> load(text.toString())).isInstanceOf(ConfigException.class);
    }

    @Test
    void takesTheDefaultUserFromTheEnvironmentOverTheFile() throws Exception {
        environment.put("RABBITMQ_DEFAULT_USER", "envuser");
        environment.put("RABBITMQ_DEFAULT_PASS", "envpass");
        environment.put("RABBITMQ_DEFAULT_VHOST", "envhost");

        LoginSettings login = login("default_user = fileuser\ndefault_vhost = filehost\n");

        assertThat(login.defaultUser().name()).isEqualTo("envuser");
        assertThat(login.defaultUser().password()).isEqualTo("envpass");
        assertThat(login.defaultVhost()).isEqualTo("envhost");
    }

    @Test
    void countsAnAssignmentOfTheCommandLineOverEverything() throws Exception {
        environment.put("RABBITMQ_DEFAULT_USER", "envuser");
        Path file = write("rabbitmq.conf", "heartbeat = 1\ndefault_pass = filepass\n");
        List<String> assignments = List.of("heartbeat=2", "default_user = setuser", "default_pass=a#b='c'");

        BrokerSettings settings = Configuration.load(file, assignments, environment::get)
                .settings()
                .broker();

        assertThat(settings.network().heartbeatSeconds()).isEqualTo(2);
        assertThat(settings.login().defaultUser().name()).isEqualTo("setuser");
        assertThat(settings.login().defaultUser().password()).isEqualTo("a#b='c'");
    }

    @Test
    void refusesAnAssignmentWithoutAKeyOrAValue() {
        assertThatThrownBy(() -> Configuration.load(null, List.of("heartbeat", "=1"), environment::get))
                .hasMessageContaining("--set: heartbeat has no value (expected: heartbeat=VALUE)")
                .hasMessageContaining("--set: can't read '' (expected: key=value)");
    }

    @Test
    void saysAllThatIsWrongAtOnce() {
        assertThatThrownBy(() -> load("heartbeat = x\nnosuch\nhartbeat = 1\nframe_max = 1\n"))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .satisfiesExactlyInAnyOrder(
                                        p -> assertThat(p)
                                                .endsWith("rabbitmq.conf:1: heartbeat: x (expected: 0 to 65535)"),
                                        p -> assertThat(p).contains("rabbitmq.conf:2: can't read 'nosuch'"),
                                        p -> assertThat(p)
                                                .endsWith(
                                                        "rabbitmq.conf:3: hartbeat: no such key (did you mean heartbeat?)"),
                                        p -> assertThat(p)
                                                .contains("rabbitmq.conf:4: frame_max: 1 (expected: 0, or 4096 to")));
    }

    @Test
    void tellsWhatIsWrongInTheOrderOfTheFiles() throws IOException {
        write("more.conf", "nosuch.included = 1\nheartbeat = x\n");

        assertThatThrownBy(() ->
                        load("log.console = x\ninclude more.conf\n\nframe_max = 1\nnosuch.last = 1\nheartbeat = y\n"))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .extracting(problem -> problem.replaceFirst(".*/(\\S+:\\d+: [a-z._]+):.*", "$1"))
                                .containsExactly(
                                        "rabbitmq.conf:1: log.console",
                                        "rabbitmq.conf:4: frame_max",
                                        "rabbitmq.conf:5: nosuch.last",
                                        "rabbitmq.conf:6: heartbeat",
                                        "more.conf:1: nosuch.included"));
    }

    @Test
    void doesNotShowASecretThatIsWrong() {
        assertThatThrownBy(() -> Configuration.load(null, List.of("default_pass=encrypted:hush"), k -> null))
                .hasMessageContaining("default_pass: *** (expected: ")
                .message()
                .doesNotContain("hush");
    }

    @Test
    void warnsOfAKeyThatHasNoEffectHere() throws Exception {
        assertThat(loadAll("# c\nvm_memory_high_watermark_paging_ratio = 0.5\n").warnings())
                .singleElement()
                .asString()
                .endsWith("rabbitmq.conf:2: vm_memory_high_watermark_paging_ratio: no effect here");
    }

    @Test
    void warnsInTheOrderOfTheFile() throws Exception {
        assertThat(loadAll("mqtt.vhost = a\ninclude none.conf\nmemory_monitor_interval = 5\n")
                        .warnings())
                .extracting(warning -> warning.replaceFirst(".*rabbitmq.conf:(\\d+):.*", "$1"))
                .containsExactly("1", "2", "3");
    }

    @Test
    void warnsAloudOfAListenerForTls() throws Exception {
        assertThat(loadAll("listeners.ssl.default = 5671\n").warnings())
                .singleElement()
                .asString()
                .contains("listeners.ssl.default: there is no TLS here yet: NOTHING LISTENS on 5671");
    }

    @Test
    void saysWhatIsMissedWithoutAListenerDefinitionsOrUsers() throws Exception {
        assertThat(loadAll("""
                        management.tcp.port = 15672
                        management.load_definitions = /etc/d.json
                        auth_backends.1 = ldap
                        """).warnings())
                .extracting(warning -> warning.replaceFirst(".*no effect here: ", ""))
                .containsExactly(
                        "nothing listens on 15672",
                        "the definitions in /etc/d.json are not loaded",
                        "only default_user and the users of definitions can log in");
    }

    @Test
    void readsUnitsOfDiskAndMemoryLimitsAsRabbitDoes() throws Exception {
        assertThat(freeDiskMin("50MB")).isEqualTo(50_000_000);
        assertThat(freeDiskMin("50MiB")).isEqualTo(50L << 20);
        assertThat(freeDiskMin("50Mi")).isEqualTo(50L << 20);
        assertThat(freeDiskMin("5G")).isEqualTo(5L << 30);
        assertThat(freeDiskMin("2TB")).isEqualTo(2_000_000_000_000L);
        assertThat(load("frame_max = 128KB\n").broker().network().frameMaxBytes())
                .isEqualTo(131_072);
    }

    private long freeDiskMin(String value) throws IOException, ConfigException {
        return load("disk_free_limit.absolute = " + value + "\n")
                .broker()
                .storage()
                .freeDiskMinBytes();
    }

    @Test
    void takesADiskLimitAsAMultipleOfTheMachinesMemory() throws Exception {
        long half = load("disk_free_limit.relative = 0.5\n").broker().storage().freeDiskMinBytes();
        long twice = load("disk_free_limit.relative = 2\n").broker().storage().freeDiskMinBytes();

        assertThat(half).isGreaterThanOrEqualTo(Runtime.getRuntime().maxMemory() / 2);
        assertThat(twice).isCloseTo(4 * half, within(4L));
    }

    @Test
    void wantsThreeFilesOfTheLogFreeIfNothingElseIsSaid() throws Exception {
        assertThat(load("").broker().storage().freeDiskMinBytes()).isEqualTo(192L << 20);
        assertThat(load("leveret.store.segment_bytes = 100MiB\n")
                        .broker()
                        .storage()
                        .freeDiskMinBytes())
                .isEqualTo(300L << 20);
        assertThat(load("leveret.store.segment_bytes = 16MiB\n")
                        .broker()
                        .storage()
                        .freeDiskMinBytes())
                .isEqualTo(StorageSettings.LEAST_FREE_BYTES);
    }

    @Test
    void takesAMemoryLimitAsAPartOfTheHeap() throws Exception {
        assertThat(load("vm_memory_high_watermark.relative = 0.25\n")
                        .broker()
                        .storage()
                        .messageMemoryMaxBytes())
                .isEqualTo(Runtime.getRuntime().maxMemory() / 4);
    }

    @Test
    void takesTheAbsoluteOfTwoLimitsAndWarnsOfTheOther() throws Exception {
        Configuration both = loadAll("""
                        disk_free_limit.absolute = 1GB
                        disk_free_limit.relative = 1.5
                        vm_memory_high_watermark.absolute = 1GB
                        vm_memory_high_watermark.relative = 0.1
                        """);

        assertThat(both.settings().broker().storage().freeDiskMinBytes()).isEqualTo(1_000_000_000);
        assertThat(both.settings().broker().storage().messageMemoryMaxBytes()).isEqualTo(1_000_000_000);
        assertThat(both.warnings())
                .hasSize(2)
                .first()
                .asString()
                .endsWith(
                        "rabbitmq.conf:2: disk_free_limit.relative: no effect, since disk_free_limit.absolute is set too");
    }

    @Test
    void refusesAFileThatIsMissing() {
        assertThatThrownBy(() -> Configuration.load(folder.resolve("none.conf"), List.of(), environment::get))
                .hasMessageContaining("--conf: no such file: ")
                .hasMessageContaining("none.conf");
    }

    @Test
    void refusesAFileThatIsNotText() throws IOException {
        Path file = Files.write(folder.resolve("rabbitmq.conf"), new byte[] {(byte) 0xff, (byte) 0xfe});

        assertThatThrownBy(() -> Configuration.load(file, List.of(), environment::get))
                .hasMessageContaining("is not UTF-8 text");
    }

    @Test
    void replacesTheDefaultListenerByThoseNamed() throws Exception {
        assertThat(load("listeners.tcp.1 = 127.0.0.1:0\nlisteners.tcp.2 = ::1:5673\n")
                        .broker()
                        .network()
                        .listeners())
                .extracting(InetSocketAddress::toString)
                .containsExactly("/127.0.0.1:0", "/[0:0:0:0:0:0:0:1]:5673");
    }

    @Test
    void listensNowhereWhenToldSoWhateverElseIsNamed() throws Exception {
        assertThat(load("listeners.tcp = none\nlisteners.tcp.1 = 5673\n")
                        .broker()
                        .network()
                        .listeners())
                .isEmpty();
    }

    @Test
    void takesOldNamesOfKeysAndTheNewOneOverThem() throws Exception {
        assertThat(load("channel_max = 6\n").broker().limits().channelMax()).isEqualTo(6);
        assertThat(load("max_channels_per_connection = 5\nchannel_max = 6\n")
                        .broker()
                        .limits()
                        .channelMax())
                .isEqualTo(5);
        assertThat(load("connection_max = 9\n").broker().limits().connectionMax())
                .isEqualTo(9);
    }

    @Test
    void readsInfinityAsNoLimit() throws Exception {
        assertThat(load("connection_max = 9\nmax_connections = infinity\n")
                        .broker()
                        .limits()
                        .connectionMax())
                .isZero();
    }

    @Test
    void offersTheMechanismsInTheOrderOfTheirNames() throws Exception {
        assertThat(login("auth_mechanisms.2 = PLAIN\nauth_mechanisms.1 = AMQPLAIN\n")
                        .mechanisms())
                .containsExactly("AMQPLAIN", "PLAIN");
    }

    @Test
    void offersNoAnonymousLoginWithoutItsUser() throws Exception {
        assertThat(login("anonymous_login_user = none\n").mechanisms()).containsExactly("PLAIN", "AMQPLAIN");
    }

    @Test
    void replacesTheDefaultsOfAListByWhatIsNamed() throws Exception {
        assertThat(login("loopback_users = none\n").loopbackUsers()).isEmpty();
        assertThat(login("loopback_users.guest = false\n").loopbackUsers()).isEmpty();
        assertThat(login("loopback_users.app = true\n").loopbackUsers()).containsExactly("app");
        assertThat(login("default_user_tags.monitoring = true\n").defaultUser().tags())
                .containsExactly("monitoring");
    }

    @Test
    void readsADotInsideAWordOfAKey() throws Exception {
        assertThat(login("loopback_users.first\\.last = true\n").loopbackUsers())
                .containsExactly("first.last");
    }

    @Test
    void lingersOnlyWhenTurnedOn() throws Exception {
        assertThat(load("tcp_listen_options.linger.timeout = 5\n")
                        .broker()
                        .network()
                        .socket()
                        .lingerSeconds())
                .isEqualTo(-1);
        assertThat(load("tcp_listen_options.linger.timeout = 5\ntcp_listen_options.linger.on = true\n")
                        .broker()
                        .network()
                        .socket()
                        .lingerSeconds())
                .isEqualTo(5);
    }

    private LoginSettings login(String text) throws IOException, ConfigException {
        return load(text).broker().login();
    }

    private ServerSettings load(String text) throws IOException, ConfigException {
        return loadAll(text).settings();
    }

    private Configuration loadAll(String text) throws IOException, ConfigException {
        return Configuration.load(write("rabbitmq.conf", text), List.of(), environment::get);
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.toAbsolutePath().getParent());
        return Files.writeString(file, text, StandardCharsets.UTF_8);
    }
}
