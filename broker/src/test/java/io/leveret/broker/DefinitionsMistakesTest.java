package io.leveret.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Definitions files with mistakes end the start, change nothing, and are told of without a word that is nobody's business. */
class DefinitionsMistakesTest {

    @TempDir
    private Path folder;

    private Path data;
    private Path file;

    @BeforeEach
    void makeFolder() throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
        file = folder.resolve("definitions.json");
    }

    private Broker start(@Nullable Path definitions) throws IOException {
        return DefinitionsImportTest.start(definitions, data);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | $: no JSON: Unexpected end-of-input",
                "{} x | $: no JSON: Unrecognized token at line 1, column 4",
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

    /** What the store could not read back would be the last start of all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'queues': [{'name': 'q', 'arguments': {'a': %s}}]}",
                "{'exchanges': [{'name': 'x', 'type': 'fanout', 'arguments': {'a': %s}}]}",
                "{'queues': [{'name': 'q'}], 'bindings': [{'source': 'amq.topic', 'destination': 'q',"
                        + " 'destination_type': 'queue', 'arguments': {'a': %s}}]}",
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
}
