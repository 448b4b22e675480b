package io.leveret.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.auth.Account;
import io.leveret.broker.definitions.Definitions;
import io.leveret.broker.definitions.DefinitionsWriter;
import io.leveret.broker.policy.ApplyTo;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueType;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.TopologySettings;
import io.leveret.broker.vhost.Declared.NamedBinding;
import io.leveret.broker.vhost.VhostMetadata;
import io.leveret.broker.vhost.VirtualHost;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a RabbitMQ 4.3 exported, brought into a broker. */
class DefinitionsImportTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> KINDS = List.of(
            "users",
            "permissions",
            "topic_permissions",
            "vhosts",
            "parameters",
            "policies",
            "queues",
            "exchanges",
            "bindings",
            "global_parameters");

    @TempDir
    private Path folder;

    private Path data;
    private Path file;

    @BeforeEach
    void makeFolder() throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
        file = folder.resolve("definitions.json");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(DefinitionsImportTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Broker start(@Nullable Path definitions) throws IOException {
        return start(definitions, data);
    }

    static Broker start(@Nullable Path definitions, Path data) throws IOException {
        BrokerSettings settings = BrokerSettings.defaults();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return Broker.start(
                settings.withNetwork(settings.network().withListeners(List.of(anyPort)))
                        .withTopology(new TopologySettings("classic", definitions)),
                data);
    }

    private static VirtualHost vhost(Broker broker, String name) {
        return Objects.requireNonNull(broker.virtualHost(name), name);
    }

    private static JsonNode exported(Broker broker) throws IOException {
        return JSON.readTree(DefinitionsWriter.json(broker.definitions(), "4.3.6"));
    }

    /** What is in a list has no order; what RabbitMQ's plugins have and what belongs to a cluster is left out. */
    private static List<String> things(JsonNode root, String kind) {
        List<String> things = new ArrayList<>();
        for (JsonNode each : root.withArray(kind)) {
            ObjectNode thing = each.deepCopy();
            if (thing.path("internal").isBoolean() && !thing.get("internal").booleanValue()) {
                thing.remove("internal");
            }
            things.add(sorted(thing).toString());
        }
        things.removeIf(each -> each.contains("amq.rabbitmq.log"));
        things.sort(Comparator.naturalOrder());
        return things;
    }

    private static JsonNode sorted(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode result = JSON.createObjectNode();
            object.properties().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(each -> result.set(each.getKey(), sorted(each.getValue())));
            return result;
        }
        return node;
    }

    @Test
    void whatRabbitMqExportedIsThereAndIsExportedAgain() throws IOException {
        String original = resource("rabbitmq-4.3-definitions.json");
        Files.writeString(file, original);

        JsonNode first;
        try (Broker broker = start(file)) {
            first = exported(broker);
        }
        try (Broker broker = start(null)) {
            assertThat(exported(broker)).as("after a restart without the file").isEqualTo(first);
            assertThat(vhost(broker, "orders")
                            .queues()
                            .find("o1", this)
                            .settings()
                            .maxLength())
                    .isEqualTo(50);
        }
        for (String kind : KINDS) {
            assertThat(things(first, kind)).as(kind).isEqualTo(things(JSON.readTree(original), kind));
        }
    }

    @Test
    void itsOwnExportBringsTheSameAgain() throws IOException {
        Files.writeString(file, resource("rabbitmq-4.3-definitions.json"));
        String first;
        try (Broker broker = start(file)) {
            first = DefinitionsWriter.json(broker.definitions(), "4.3.6");
        }
        data = Files.createDirectory(folder.resolve("other"));
        Files.writeString(file, first);

        try (Broker broker = start(file)) {
            assertThat(DefinitionsWriter.json(broker.definitions(), "4.3.6")).isEqualTo(first);
        }
        try (Broker broker = start(file)) {
            assertThat(DefinitionsWriter.json(broker.definitions(), "4.3.6"))
                    .as("imported a second time")
                    .isEqualTo(first);
        }
    }

    @Test
    void messageGroupsAreExportedAndComeBack() throws IOException {
        String definitions = """
                {"vhosts": [{"name": "/"}], "queues": [{"name": "orders", "vhost": "/", "durable": true,
                 "auto_delete": false, "arguments": {"x-queue-type": "classic", "x-group-by": "user"}}]}
                """;
        Files.writeString(file, definitions);
        String exported;
        try (Broker broker = start(file)) {
            assertThat(vhost(broker, "/").queues().find("orders", this).groups(null, 1))
                    .isNotNull();
            exported = DefinitionsWriter.json(broker.definitions(), "4.3.6");
        }
        data = Files.createDirectory(folder.resolve("other"));
        Files.writeString(file, exported);

        try (Broker broker = start(file)) {
            assertThat(exported(broker)
                            .path("queues")
                            .path(0)
                            .path("arguments")
                            .path("x-group-by")
                            .textValue())
                    .isEqualTo("user");
            assertThat(vhost(broker, "/").queues().find("orders", this).groups(null, 1))
                    .isNotNull();
        }
    }

    @Test
    void badMessageGroupsAreNotImported() throws IOException {
        Files.writeString(file, """
                {"vhosts": [{"name": "/"}], "queues": [{"name": "orders", "vhost": "/", "durable": true,
                 "auto_delete": false, "arguments": {"x-group-by": "%s"}}]}
                """.formatted("a".repeat(256)));

        assertThatThrownBy(() -> start(file)).hasMessageContaining("invalid arg 'x-group-by' for queue 'orders'");
    }

    @Test
    void definitionsOfOneVirtualHostAreForTheDefaultOne() throws IOException {
        Files.writeString(file, resource("rabbitmq-4.3-vhost-definitions.json"));

        try (Broker broker = start(file)) {
            Definitions all = broker.definitions();
            assertThat(all.vhosts().keySet()).containsExactly("/");
            assertThat(all.queues()).hasSize(2).allMatch(each -> each.vhost().equals("/"));
            assertThat(all.bindings()).hasSize(3);
            assertThat(all.policies()).hasSize(3);
            assertThat(all.accounts().users()).extracting(Account::name).containsExactly("guest");
        }
    }

    @Test
    void whatIsThereStaysAndThereIsNoDefaultUserBesideOthers() throws IOException {
        try (Broker broker = start(null)) {
            vhost(broker, "/")
                    .declared()
                    .declare(new QueueDeclare(
                            "plain",
                            false,
                            true,
                            false,
                            false,
                            false,
                            FieldTable.builder().put("x-max-length", 3).build()));
            broker.globalParameter("mine", FieldValue.of("x"));
            broker.describe("/", new VhostMetadata("described", List.of("t"), "quorum"));
        }
        Files.writeString(file, """
                {"users": [{"name": "u", "password": "p", "tags": "administrator, monitoring"}],
                 "vhosts": [{"name": "/"}],
                 "permissions": [{"user": "u", "vhost": "/", "configure": "", "write": "", "read": ""}],
                 "queues": [{"name": "plain", "vhost": "/", "durable": true, "arguments": {}},
                            {"name": "amq.gen-abc", "vhost": "/", "durable": true, "arguments": {}}]}
                """);

        try (Broker broker = start(file)) {
            VirtualHost vhost = vhost(broker, "/");
            assertThat(vhost.queues().find("plain", this).settings().maxLength())
                    .isEqualTo(3);
            assertThat(vhost.queues().find("amq.gen-abc", this).declaration().type())
                    .isEqualTo(QueueType.CLASSIC);
            Definitions all = broker.definitions();
            assertThat(all.accounts().users()).extracting(Account::name).containsExactly("u");
            assertThat(all.accounts().users().get(0).tags()).containsExactly("administrator", "monitoring");
            assertThat(broker.globalParameters()).containsOnlyKeys("mine");
        }
    }

    @Test
    void theDefaultTypeOfAVirtualHostIsThatOfWhatLasts() throws IOException {
        try (Broker broker = start(null)) {
            broker.describe("/", new VhostMetadata("", List.of(), "quorum"));
        }
        try (Broker broker = start(null)) {
            VirtualHost vhost = vhost(broker, "/");
            vhost.declared().declare(queue("lasts", true, false));
            vhost.declared().declare(queue("transient", false, false));
            vhost.declared().declare(queue("auto", true, true));
            assertThat(vhost.queues().find("lasts", this).declaration().type()).isEqualTo(QueueType.QUORUM);
            assertThat(vhost.queues().find("transient", this).declaration().type())
                    .isEqualTo(QueueType.CLASSIC);
            assertThat(vhost.queues().find("auto", this).declaration().type()).isEqualTo(QueueType.CLASSIC);
        }
    }

    @Test
    void bindingsToWhatEveryVirtualHostBeginsWithAreExportedToo() throws IOException {
        Files.writeString(file, """
                {"exchanges": [{"name": "mine", "type": "fanout"}],
                 "bindings": [
                  {"source": "amq.direct", "destination": "amq.topic", "destination_type": "exchange", "routing_key": "k"},
                  {"source": "mine", "destination": "amq.fanout", "destination_type": "exchange", "routing_key": ""}]}
                """);
        Definitions first;
        try (Broker broker = start(file)) {
            first = broker.definitions();
            assertThat(first.bindings())
                    .extracting(
                            each -> each.value().source() + " " + each.value().destination())
                    .containsExactly("amq.direct amq.topic", "mine amq.fanout");
        }
        data = Files.createDirectory(folder.resolve("other"));
        Files.writeString(file, DefinitionsWriter.json(first, "4.3.6"));
        try (Broker broker = start(file)) {
            assertThat(broker.definitions().bindings()).isEqualTo(first.bindings());
        }
    }

    /** Our own import would refuse a binding without its queue. */
    @Test
    void whatIsDeclaredDuringAnExportIsInItWholeOrNotAtAll() throws Exception {
        try (Broker broker = start(null)) {
            VirtualHost vhost = vhost(broker, "/");
            Thread declaring = new Thread(() -> {
                for (int i = 0; i < 500; i++) {
                    vhost.declared().declare(queue("q" + i, false, false));
                    vhost.declared().bind(new NamedBinding("amq.topic", true, "q" + i, "k", FieldTable.EMPTY));
                }
            });
            declaring.start();
            while (declaring.isAlive()) {
                Definitions all = broker.definitions();
                Set<String> queues =
                        all.queues().stream().map(each -> each.value().queue()).collect(Collectors.toSet());
                assertThat(all.bindings())
                        .allMatch(each -> queues.contains(each.value().destination()));
            }
            declaring.join();
        }
    }

    @Test
    void nobodyElseMayReadWhatTheBrokerWrites() throws IOException {
        assumeTrue(data.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Files.setPosixFilePermissions(
                Files.createFile(data.resolve("broker.json.new")), PosixFilePermissions.fromString("rw-rw-rw-"));
        try (Broker broker = start(null)) {
            broker.globalParameter("a", FieldValue.of(1));
        }

        assertThat(Files.getPosixFilePermissions(data.resolve("broker.json")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(data.resolve("vhosts")))
                .doesNotContain(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE);
    }

    @Test
    void aQueueWithoutATypeIsCheckedAsWhatItWillBe() throws IOException {
        String json = """
                {"vhosts": [{"name": "/"}, {"name": "v", "default_queue_type": "quorum"}],
                 "queues": [{"name": "q", "vhost": "%s", "arguments": {"%s": 3}}]}
                """;
        Files.writeString(file, json.formatted("v", "x-max-priority"));
        assertThatThrownBy(() -> start(file).close())
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": $.queues[0]: invalid arg 'x-max-priority' for queue 'q' in vhost 'v'"
                        + " of queue type rabbit_quorum_queue");

        Files.writeString(file, json.formatted("v", "x-quorum-initial-group-size"));
        try (Broker broker = start(file)) {
            assertThat(vhost(broker, "v").queues().find("q", this).declaration().type())
                    .isEqualTo(QueueType.QUORUM);
        }
        Files.writeString(file, json.formatted("/", "x-quorum-initial-group-size"));
        assertThatThrownBy(() -> start(file).close())
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("of queue type rabbit_classic_queue");
    }

    /** The virtual host is there, and the file does not speak of it. */
    @Test
    void theDefaultTypeThatAVirtualHostHasCountsToo() throws IOException {
        try (Broker broker = start(null)) {
            broker.describe("/", new VhostMetadata("", List.of(), "quorum"));
        }
        Files.writeString(file, "{\"queues\": [{\"name\": \"q\", \"arguments\": {\"x-max-priority\": 3}}]}");

        assertThatThrownBy(() -> start(file).close())
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("of queue type rabbit_quorum_queue");
    }

    @Test
    void whatTheNextStartWouldRefuseIsNotTaken() throws IOException {
        FieldTable deep = FieldTable.EMPTY;
        for (int i = 0; i < FieldTable.MAX_DEPTH; i++) {
            deep = FieldTable.builder().put("k", FieldValue.of(deep)).build();
        }
        FieldValue tooDeep = FieldValue.of(deep);
        FieldValue list = FieldValue.of(List.of(new FieldValue.Float64(Double.NaN)));
        try (Broker broker = start(null)) {
            assertThatThrownBy(() -> new VhostMetadata("", List.of(), "stream"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("default queue type: \"stream\" (expected: one of classic, quorum)");
            assertThatThrownBy(() -> broker.globalParameter("nan", list)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> broker.globalParameter("deep", tooDeep))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("not written: $.global_parameters[0].value");
            assertThat(broker.globalParameters()).isEmpty();
            broker.globalParameter("fine", FieldValue.of(1));
        }
        try (Broker broker = start(null)) {
            assertThat(broker.globalParameters()).containsOnlyKeys("fine");
        }
    }

    @Test
    void whatCanNotBeWrittenDoesNotHold() throws IOException {
        try (Broker broker = start(null)) {
            broker.globalParameter("a", FieldValue.of(1L));
            broker.describe("/", new VhostMetadata("first", List.of(), null));
            // It stands where the new file would.
            Path inTheWay = Files.createFile(
                    Files.createDirectory(data.resolve("broker.json.new")).resolve("file"));

            assertThatThrownBy(() -> broker.globalParameter("a", FieldValue.of(2)))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> broker.globalParameter("a", null)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> broker.describe("/", new VhostMetadata("second", List.of(), "quorum")))
                    .isInstanceOf(IOException.class);
            assertThat(broker.globalParameters()).containsEntry("a", FieldValue.of(1L));
            assertThat(vhost(broker, "/").metadata().description()).isEqualTo("first");

            Files.delete(inTheWay);
            Files.delete(data.resolve("broker.json.new"));
            broker.globalParameter("b", FieldValue.of(1));
        }
        try (Broker broker = start(null)) {
            assertThat(broker.globalParameters())
                    .containsEntry("a", FieldValue.of(1L))
                    .containsKey("b");
            assertThat(vhost(broker, "/").metadata().description()).isEqualTo("first");
        }
    }

    private static QueueDeclare queue(String name, boolean durable, boolean autoDelete) {
        return new QueueDeclare(name, false, durable, false, autoDelete, false, FieldTable.EMPTY);
    }

    @Test
    void everyVirtualHostHasItsOwnPlace() throws IOException {
        List<String> names = List.of(".", "..", "...", "a/b", "\u00fc".repeat(127), "\u00fc".repeat(126) + "u");
        ObjectNode root = JSON.createObjectNode();
        names.forEach(each -> root.withArray("vhosts").addObject().put("name", each));
        Files.writeString(file, root.toString());
        try (Broker broker = start(file)) {
            names.forEach(each -> vhost(broker, each).declared().declare(queue("q of " + each.length(), true, false)));
        }
        try (Stream<Path> stores = Files.list(data.resolve("vhosts"))) {
            assertThat(stores).hasSize(names.size()).allMatch(Files::isDirectory);
        }
        try (Broker broker = start(null)) {
            for (String each : names) {
                assertThat(vhost(broker, each).declared().all().queues())
                        .extracting(Queue::name)
                        .as(each)
                        .containsExactly("q of " + each.length());
            }
        }
    }

    @Test
    void namesAndOrderAreRabbitMqs() throws IOException {
        JsonNode original = JSON.readTree(resource("rabbitmq-4.3-definitions.json"));
        Files.writeString(file, original.toString());
        try (Broker broker = start(file)) {
            List<String> names = new ArrayList<>();
            original.fieldNames().forEachRemaining(names::add);
            names.removeAll(List.of("explanation", "original_cluster_name"));

            assertThat(exported(broker).fieldNames()).toIterable().containsExactlyElementsOf(names);
            assertThat(exported(broker).get("policies")).isInstanceOf(ArrayNode.class);
            assertThat(vhost(broker, "orders").policies().get("dlx"))
                    .isEqualTo(new Policy(
                                    "dlx",
                                    "^o",
                                    FieldTable.builder()
                                            .put("dead-letter-exchange", "dead")
                                            .put("max-length", 1000L)
                                            .build())
                            .withPriority(3)
                            .withApplyTo(ApplyTo.QUEUES));
        }
    }
}
