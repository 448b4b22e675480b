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
import java.nio.file.NoSuchFileException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a RabbitMQ 4.3 exported, brought into a broker; and files with mistakes, which bring nothing. */
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | $: no JSON: Unexpected end-of-input",
                "{} x | $: no JSON: Unrecognized token at line 1, column 5",
                "[] | $: a list (expected: an object)",
                "{\"users\": [], \"users\": []} | $: no JSON: Duplicate field at line 1",
                "{\"queues\": 5} | $.queues: 5 (expected: a list)",
                "{\"queues\": [5]} | $.queues[0]: 5 (expected: an object)",
                "{\"queues\": [{\"durable\": true}]} | $.queues[0].name: missing (expected: a text)",
                "{\"queues\": [{\"name\": 5}]} | $.queues[0].name: 5 (expected: a text)",
                "{\"queues\": [{\"name\": \"\"}]} | $.queues[0].name: a name has 1 to 255 bytes",
                "{\"queues\": [{\"name\": \"q\", \"durable\": \"x\"}]} | $.queues[0].durable: \"x\" (expected: true or false)",
                "{\"queues\": [{\"name\": \"q\", \"arguments\": {\"x-max-length\": -1}}]} | $.queues[0]: invalid arg 'x-max-length' for queue 'q' in vhost '/': {value_negative,-1}",
                "{\"queues\": [{\"name\": \"q\", \"arguments\": {\"n\": 99999999999999999999}}]} | $.queues[0].arguments.n: 99999999999999999999 (expected: an integer of 64 bits)",
                "{\"queues\": [{\"name\": \"q\", \"type\": \"stream\"}]} | unsupported queue type 'stream'",
                "{\"queues\": [{\"name\": \"q\", \"vhost\": \"v\"}]} | $.queues[0].vhost: no virtual host 'v'",
                "{\"exchanges\": [{\"name\": \"x\", \"type\": \"foo\"}]} | $.exchanges[0]: unknown exchange type 'foo'",
                "{\"bindings\": [{\"source\": \"x\", \"destination\": \"q\", \"destination_type\": \"queue\"}]} | $.bindings[0].source: no exchange 'x'",
                "{\"bindings\": [{\"source\": \"amq.topic\", \"destination\": \"q\", \"destination_type\": \"queue\"}]} | $.bindings[0].destination: no queue 'q'",
                "{\"bindings\": [{\"source\": \"amq.topic\", \"destination\": \"q\", \"destination_type\": \"foo\"}]} | $.bindings[0].destination_type: \"foo\" (expected: queue or exchange)",
                "{\"queues\": [{\"name\": \"q\"}], \"bindings\": [{\"source\": \"amq.headers\", \"destination\": \"q\", \"destination_type\": \"queue\", \"arguments\": {\"x-match\": \"foo\"}}]} | $.bindings[0]: Invalid x-match field value",
                "{\"queues\": [{\"name\": \"q\", \"durable\": false, \"type\": \"quorum\"}]} | $.queues[0]: invalid property 'non-durable' for queue 'q' in vhost '/'",
                "{\"vhosts\": [{\"name\": \"\"}]} | $.vhosts[0].name: a name has 1 to 255 bytes",
                "{\"vhosts\": [{\"name\": \"a\"}, {\"name\": \"a\"}]} | $.vhosts[1]: virtual host 'a' a second time",
                "{\"vhosts\": [{\"name\": \"a\", \"default_queue_type\": \"foo\"}]} | $.vhosts[0].default_queue_type: \"foo\" (expected: one of classic, quorum)",
                "{\"users\": [{\"name\": \"u\", \"password_hash\": \"x\"}]} | $.users[0].password_hash: no Base64 of a salt and a hash by rabbit_password_hashing_sha256",
                "{\"users\": [{\"name\": \"u\", \"password_hash\": \"x\", \"hashing_algorithm\": \"rot13\"}]} | $.users[0].hashing_algorithm: unknown (expected: one of",
                "{\"topic_permissions\": [{\"user\": \"u\", \"vhost\": \"/\", \"exchange\": \"\", \"write\": \"\", \"read\": \"\"}]} | $.topic_permissions: no user 'u'",
                "{\"topic_permissions\": [{\"user\": \"guest\", \"vhost\": \"v\", \"exchange\": \"\", \"write\": \"\", \"read\": \"\"}]} | $.topic_permissions: no virtual host 'v'",
                "{\"permissions\": [{\"user\": \"u\", \"vhost\": \"/\", \"configure\": \"\", \"write\": \"\", \"read\": \"\"}]} | $.permissions: no user 'u'",
                "{\"permissions\": [{\"user\": \"guest\", \"vhost\": \"/\", \"configure\": \"[\", \"write\": \"\", \"read\": \"\"}]} | $.permissions[0].configure: no regular expression",
                "{\"policies\": [{\"name\": \"p\", \"pattern\": \"[\", \"definition\": {\"foo\": 1}}]} | $.policies[0]: [{<<\"foo\">>,1}] are not recognised policy settings; pattern should be regular expression",
                "{\"parameters\": [{\"component\": \"foo\", \"name\": \"p\", \"value\": 1}]} | $.parameters[0]: component foo not found",
                "{\"parameters\": [{\"component\": \"operator_policy\", \"name\": \"p\", \"value\": {}}]} | $.parameters[0]: Key \"definition\" not found in p",
                "{\"global_parameters\": [{\"name\": \"p\"}]} | $.global_parameters[0].value: missing (expected: a value)",
            })
    void aFileWithAMistakeChangesNothing(String json, String problem) throws IOException {
        Files.writeString(file, json);

        assertThatThrownBy(() -> start(file).close())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": $")
                .hasMessageContaining(problem);
        try (Stream<Path> left = Files.walk(data)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
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

    /** What the store could not read back would be the last start of all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'queues': [{'name': 'q', 'arguments': {'a': %s}}]}",
                "{'exchanges': [{'name': 'x', 'type': 'fanout', 'arguments': {'a': %s}}]}",
                "{'queues': [{'name': 'q'}], 'bindings': [{'source': 'amq.topic', 'destination': 'q',"
                        + " 'destination_type': 'queue', 'arguments': {'a': %s}}]}",
                "{'users': [{'name': 'u', 'password': 'p', 'limits': {'a': %s}}]}",
                "{'parameters': [{'component': 'shovel', 'name': 's', 'value': %s}]}",
                "{'global_parameters': [{'name': 'g', 'value': %s}]}",
            })
    void whatIsNestedAsDeepAsTheStoreReadsComesBackAndNothingDeeperIsTaken(String json) throws IOException {
        int most = FieldTable.MAX_DEPTH - 1;
        for (String[] pair : List.of(new String[] {"[", "]"}, new String[] {"{\"k\":", "}"})) {
            data = Files.createDirectory(folder.resolve("data" + pair[0].length()));
            Files.writeString(file, json.replace('\'', '"').formatted(nested(pair, most)));
            start(file).close();
            start(null).close();

            Files.writeString(file, json.replace('\'', '"').formatted(nested(pair, most + 1)));
            assertThatThrownBy(() -> start(file).close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nested deeper than");
        }
    }

    private static String nested(String[] pair, int depth) {
        return pair[0].repeat(depth) + "1" + pair[1].repeat(depth);
    }

    /** The message with which the start ends is logged. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'users': [{'name': 'u', 'password': 53137531}]}",
                "{'users': [{'name': 'u', 'password': ['s3cret']}]}",
                "{'users': [{'name': {'u': 's3cret'}, 'password': 's3cret'}]}",
                "{'users': [{'name': 53137531, 'password': 's3cret'}]}",
                "{'users': [{'name': 'u', 'password_hash': 's3cret'}]}",
                "{'users': [{'name': 'u', 'password_hash': 53137531}]}",
                "{'users': [{'name': 'u', 'password_hash': 's3cret', 'hashing_algorithm': 's3cret'}]}",
                "{'users': [{'name': 'u', 'password': 's3cret', 'tags': [53137531]}]}",
                "{'users': [{'name': 'u', 'password': 's3cret', 'tags': 53137531}]}",
                "{'users': [{'name': 'u', 'password': 's3cret', 'limits': 's3cret'}]}",
                "{'users': [{'name': 'u', 'password': 's3cret', 'limits': {'a': 531375315313753153137531}}]}",
                "{'users': {'name': 'u', 'password': 's3cret'}}",
                "{'users': ['s3cret']}",
                "{'users': 's3cret'}",
                "[{'name': 'u', 'password': 's3cret'}]",
                "{'users': [{'name': 'u', 'password': s3cret}]}",
                "{'users': [{'name': 'u', 'password': 0053137531}]}",
                "{'users': [{'name': 'u', 's3cret': 1, 's3cret': 1}]}",
                "{'users': [{'name': 'u', 'password': 's3cret''}]}",
                "{'users': [{'name': 'u', 'password': 's3cret\\q'}]}",
                "{'users': [{'name': 'u', 'password': 's3cret",
                "{'parameters': [{'component': 'shovel', 'name': 's', 'value': {'uri': 's3cret', 'n': 531375311111111111111111}}]}",
                "{'parameters': [{'component': 'shovel', 'name': ['s3cret'], 'value': 1}]}",
                "{'parameters': 's3cret'}",
                "{'global_parameters': [{'name': 53137531, 'value': 1}]}",
            })
    void aMistakeTellsNoPassword(String json) throws IOException {
        Files.writeString(file, json.replace('\'', '"'));

        assertThatThrownBy(() -> start(file).close())
                .isInstanceOf(IOException.class)
                .message()
                .startsWith(file + ": $")
                .doesNotContain("s3cret", "5313753");
    }

    @Test
    void aRoutingKeyThatNoClientCanSayIsRefused() throws IOException {
        Files.writeString(file, """
                {"bindings": [{"source": "amq.topic", "destination": "amq.fanout", "destination_type": "exchange",
                               "routing_key": "%s"}]}
                """.formatted("k".repeat(256)));

        assertThatThrownBy(() -> start(file).close())
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": $.bindings[0].routing_key: a routing key has at most 255 bytes");
    }

    @Test
    void aFileThatIsMissingEndsTheStart() {
        assertThatThrownBy(() -> start(file).close()).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aBrokenBrokerFileEndsTheStart() throws IOException {
        try (Broker broker = start(null)) {
            broker.globalParameter("a", FieldValue.of(1));
        }
        Path kept = data.resolve("broker.json");
        Files.writeString(kept, Files.readString(kept).substring(1));

        assertThatThrownBy(() -> start(null).close())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(kept + ": $: ");
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
