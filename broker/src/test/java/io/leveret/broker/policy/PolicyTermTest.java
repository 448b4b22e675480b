package io.leveret.broker.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reasons are those that a RabbitMQ 4.3 gave. */
class PolicyTermTest {

    private static final FieldValue NULL = new FieldValue.Void();

    /** What each key takes, and what it does not. */
    private record Samples(List<FieldValue> good, List<FieldValue> bad, String reason) {}

    private static final Map<PolicyKey, Samples> SAMPLES = samples();

    private static Map<PolicyKey, Samples> samples() {
        Map<PolicyKey, Samples> all = new EnumMap<>(PolicyKey.class);
        texts(all, PolicyKey.ALTERNATE_EXCHANGE, "alternate exchange name");
        texts(all, PolicyKey.DEAD_LETTER_EXCHANGE, "dead letter exchange name");
        texts(all, PolicyKey.DEAD_LETTER_ROUTING_KEY, "dead letter routing key");
        texts(all, PolicyKey.FEDERATION_UPSTREAM, "federation upstream name");
        texts(all, PolicyKey.FEDERATION_UPSTREAM_SET, "federation upstream set name");
        texts(all, PolicyKey.FEDERATION_UPSTREAM_PATTERN, "federation upstream pattern name");
        numbers(all, PolicyKey.CONSUMER_DISCONNECTED_TIMEOUT, 0, "consumer disconnected timeout");
        numbers(all, PolicyKey.CONSUMER_TIMEOUT, 0, "consumer timeout");
        numbers(all, PolicyKey.MESSAGE_TTL, 0, "message TTL");
        numbers(all, PolicyKey.EXPIRES, 1, "queue expiry");
        numbers(all, PolicyKey.MAX_LENGTH, 0, "maximum length");
        numbers(all, PolicyKey.MAX_LENGTH_BYTES, 0, "maximum length in bytes");
        numbers(all, PolicyKey.MAX_IN_MEMORY_LENGTH, 0, "maximum memory in bytes");
        numbers(all, PolicyKey.MAX_IN_MEMORY_BYTES, 0, "maximum memory in bytes");
        numbers(all, PolicyKey.DELIVERY_LIMIT, Long.MIN_VALUE, "delivery limit");
        numbers(all, PolicyKey.INITIAL_CLUSTER_SIZE, 0, "cluster size");
        numbers(all, PolicyKey.TARGET_GROUP_SIZE, 1, "qq target count value");
        numbers(all, PolicyKey.DELAYED_RETRY_MIN, 1, "delayed retry minimum delay. Must be a positive integer");
        numbers(all, PolicyKey.DELAYED_RETRY_MAX, 1, "delayed retry maximum delay. Must be a positive integer");
        numbers(all, PolicyKey.STREAM_MAX_SEGMENT_SIZE_BYTES, 0, 3_000_000_000L, "segment size");
        numbers(all, PolicyKey.STREAM_FILTER_SIZE_BYTES, 16, 255, "filter size. Valid range is 16-255");
        numbers(all, PolicyKey.QUEUE_VERSION, 1, 2, "queue-version value");
        words(all, PolicyKey.DEAD_LETTER_STRATEGY, "dead letter strategy", "at-most-once", "at-least-once");
        words(all, PolicyKey.QUEUE_MODE, "queue-mode value", "default", "lazy");
        words(all, PolicyKey.OVERFLOW, "overflow value", "drop-head", "reject-publish", "reject-publish-dlx");
        words(all, PolicyKey.MAX_AGE, "max age", "7D", "1Y", "10M", "3h", "5m", "09s");
        words(
                all,
                PolicyKey.QUEUE_LEADER_LOCATOR,
                "queue leader locator value",
                "client-local",
                "balanced",
                "random",
                "least-leaders");
        words(
                all,
                PolicyKey.DELAYED_RETRY_TYPE,
                "delayed retry type. Must be one of: all, failed, returned, disabled",
                "disabled");
        return all;
    }

    private static Samples samplesOf(PolicyKey key) {
        return Objects.requireNonNull(SAMPLES.get(key), () -> "samples of " + key);
    }

    private static void texts(Map<PolicyKey, Samples> all, PolicyKey key, String reason) {
        List<FieldValue> bad = List.of(FieldValue.of(5), FieldValue.of(true), NULL, FieldValue.of(List.of()));
        all.put(key, new Samples(List.of(FieldValue.of("x"), FieldValue.of("")), bad, reason));
    }

    private static void numbers(Map<PolicyKey, Samples> all, PolicyKey key, long least, String reason) {
        numbers(all, key, least, Long.MAX_VALUE, reason);
    }

    private static void numbers(Map<PolicyKey, Samples> all, PolicyKey key, long least, long most, String reason) {
        List<FieldValue> bad =
                new ArrayList<>(List.of(FieldValue.of("5"), new FieldValue.Float64(5.0), FieldValue.of(true), NULL));
        if (least > Long.MIN_VALUE) {
            bad.add(FieldValue.of(least - 1));
        }
        if (most < Long.MAX_VALUE) {
            bad.add(FieldValue.of(most + 1));
        }
        all.put(key, new Samples(List.of(FieldValue.of(least), FieldValue.of(most)), bad, reason));
    }

    private static void words(Map<PolicyKey, Samples> all, PolicyKey key, String reason, String... words) {
        List<FieldValue> good = List.of(words).stream().map(FieldValue::of).toList();
        List<FieldValue> bad =
                List.of(FieldValue.of("x"), FieldValue.of(""), FieldValue.of(words[0] + "s"), FieldValue.of(5), NULL);
        all.put(key, new Samples(good, bad, reason));
    }

    private static FieldTable definition(String key, FieldValue value) {
        return FieldTable.builder().put(key, value).build();
    }

    private static Policy read(PolicyKind kind, FieldTable definition) {
        return PolicyTerm.read(kind, "p", new Policy("p", ".", definition).term());
    }

    private static String reason(PolicyKind kind, FieldTable definition) {
        try {
            read(kind, definition);
            return "";
        } catch (ParameterException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(PolicyKey.class)
    void eachKeyTakesWhatRabbitMqTakesAndRefusesTheRestInItsWords(PolicyKey key) {
        Samples samples = samplesOf(key);

        assertThat(samples.good())
                .allSatisfy(value -> assertThat(reason(PolicyKind.USER, definition(key.wireName(), value)))
                        .isEmpty());
        assertThat(samples.bad())
                .allSatisfy(value -> assertThat(reason(PolicyKind.USER, definition(key.wireName(), value)))
                        .isEqualTo(JsonTerm.of(value) + " is not a valid " + samples.reason()));
    }

    @ParameterizedTest
    @EnumSource(PolicyKey.class)
    void operatorsMaySetWhatBounds(PolicyKey key) {
        List<String> theirs = List.of(
                "expires",
                "message-ttl",
                "max-length",
                "max-length-bytes",
                "max-in-memory-length",
                "max-in-memory-bytes",
                "delivery-limit",
                "queue-version",
                "overflow",
                "target-group-size",
                "delayed-retry-type",
                "delayed-retry-min",
                "delayed-retry-max");
        FieldValue value = samplesOf(key).good().get(0);

        String reason = reason(PolicyKind.OPERATOR, definition(key.wireName(), value));

        assertThat(reason)
                .isEqualTo(
                        theirs.contains(key.wireName())
                                ? ""
                                : JsonTerm.pairs(Map.of(key.wireName(), value))
                                        + " are not recognised policy settings");
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-priority", "single-active-consumer", "queue-type", "ha-mode", "foo"})
    void refusesWhatIsNoKey(String key) {
        assertThat(reason(PolicyKind.USER, definition(key, FieldValue.of("a\"b"))))
                .isEqualTo("[{<<\"" + key + "\">>,<<\"a\\\"b\">>}] are not recognised policy settings");
    }

    @Test
    void namesAllUnknownKeysByName() {
        FieldTable definition = FieldTable.builder()
                .put("zoo", 1)
                .put("max-length", 5)
                .put("foo", FieldTable.builder().put("b", 1).put("a", "x").build())
                .put("list", List.of(FieldValue.of(104), FieldValue.of(105)))
                .build();

        assertThat(reason(PolicyKind.USER, definition))
                .isEqualTo("[{<<\"foo\">>,#{<<\"a\">> => <<\"x\">>,<<\"b\">> => 1}},{<<\"list\">>,\"hi\"},"
                        + "{<<\"zoo\">>,1}] are not recognised policy settings");
    }

    @Test
    void tellsTheFirstWrongKeyInRabbitMqsOrder() {
        FieldTable definition = FieldTable.builder()
                .put("federation-upstream", 5)
                .put("delayed-retry-min", 0)
                .put("max-length", -1)
                .put("expires", 0)
                .put("foo", 0)
                .build();

        assertThat(reason(PolicyKind.USER, definition)).isEqualTo("0 is not a valid queue expiry");
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "failed", "returned"})
    void aRetryNeedsADelay(String type) {
        FieldTable.Builder definition = FieldTable.builder().put("delayed-retry-type", type);

        assertThat(reason(PolicyKind.USER, definition.build()))
                .isEqualTo("delayed-retry-min is required when delayed-retry-type is " + type);
        assertThat(reason(
                        PolicyKind.USER, definition.put("delayed-retry-min", 1).build()))
                .isEmpty();
        assertThat(reason(
                        PolicyKind.USER,
                        definition
                                .put("delayed-retry-min", 5)
                                .put("delayed-retry-max", 2)
                                .build()))
                .isEqualTo("delayed-retry-max (2) must not be smaller than delayed-retry-min (5)");
    }

    @Test
    void oneKindOfUpstreamOnly() {
        FieldTable definition = FieldTable.builder()
                .put("federation-upstream", "a")
                .put("federation-upstream-set", "b")
                .build();

        assertThat(reason(PolicyKind.USER, definition))
                .isEqualTo(
                        "cannot specify federation-upstream, federation-upstream-set or federation-upstream-pattern together");
        assertThat(reason(PolicyKind.USER, definition("federation-upstream-pattern", FieldValue.of("["))))
                .startsWith("could not compile pattern [ to a regular expression. Error: {\"");
        assertThat(reason(PolicyKind.USER, definition("federation-upstream-pattern", FieldValue.of("a".repeat(1025)))))
                .isEqualTo("federation-upstream-pattern must not exceed 1024 bytes");
    }

    @Test
    void somethingHasToBeSet() {
        assertThat(reason(PolicyKind.USER, FieldTable.EMPTY)).isEqualTo("no policy provided");
        assertThat(reason(PolicyKind.USER, definition("queue-master-locator", FieldValue.of("random"))))
                .isEqualTo("use of deprecated queue-master-locator argument is not permitted");
    }

    @Test
    void tellsAllThatIsWrongAroundTheDefinition() {
        FieldTable term = FieldTable.builder()
                .put("pattern", "[")
                .put("apply-to", "foo")
                .put("priority", "x")
                .put("definition", definition("max-length", FieldValue.of(-1)))
                .build();

        assertThatThrownBy(() -> PolicyTerm.read(PolicyKind.USER, "p", FieldValue.of(term)))
                .isInstanceOf(ParameterException.class)
                .hasMessage("-1 is not a valid maximum length\n"
                        + "apply-to 'foo' unrecognised; should be one of: 'queues', 'classic_queues',  'quorum_queues',"
                        + " 'streams', 'exchanges', or 'all'\n"
                        + "pattern should be regular expression but is invalid: {\"missing terminating ] for character class\",1}\n"
                        + "priority should be a number, actually was <<\"x\">>");
    }

    @Test
    void tellsWhatIsMissingAndWhatIsTooMuch() {
        FieldTable term = FieldTable.builder().put("foo", 1).put("priority", 0).build();

        assertThatThrownBy(() -> PolicyTerm.read(PolicyKind.USER, "p", FieldValue.of(term)))
                .hasMessage("Unrecognised terms [{<<\"foo\">>,1}] in p\n"
                        + "Key \"definition\" not found in p\n"
                        + "Key \"pattern\" not found in p");
        assertThatThrownBy(() -> PolicyTerm.read(PolicyKind.USER, "p", FieldValue.of(5)))
                .hasMessage("p not a list 5");
    }

    @Test
    void aDefinitionIsAnObject() {
        String parseError = "parse error while reading policy definition: ";

        assertThat(reasonOf(PolicyKind.USER, FieldValue.of(5)))
                .isEqualTo(parseError + "5. Validator: policy_validator.");
        assertThat(reasonOf(PolicyKind.OPERATOR, FieldValue.of("x")))
                .isEqualTo(parseError + "<<\"x\">>. Validator: operator_policy_validator.");
        assertThat(reasonOf(PolicyKind.USER, FieldValue.of(List.of(FieldValue.of(true)))))
                .isEqualTo("definition must be a dictionary: [true]");
        assertThat(reasonOf(PolicyKind.USER, FieldValue.of(List.of()))).isEqualTo("no policy provided");
        assertThat(reasonOf(PolicyKind.USER, FieldValue.of(FieldTable.EMPTY))).isEqualTo("no policy provided");
    }

    /** Why a policy with such a definition is refused. */
    private static String reasonOf(PolicyKind kind, FieldValue definition) {
        FieldTable term = FieldTable.builder()
                .put("pattern", "")
                .put("priority", 0)
                .put("definition", definition)
                .build();
        try {
            PolicyTerm.read(kind, "p", FieldValue.of(term));
            return "";
        } catch (ParameterException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void aPatternIsBoundedAndNoNumber() {
        FieldTable fine = definition("max-length", FieldValue.of(1));

        assertThatThrownBy(() -> PolicyTerm.read(PolicyKind.USER, "p", new Policy("p", "a".repeat(1025), fine).term()))
                .hasMessage("pattern must not exceed 1024 bytes");
        FieldTable number = FieldTable.builder()
                .put("pattern", 5)
                .put("priority", 0)
                .put("definition", fine)
                .build();
        assertThatThrownBy(() -> PolicyTerm.read(PolicyKind.USER, "p", FieldValue.of(number)))
                .hasMessage("pattern should be a binary but was 5");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1.5, 100, 1e30, -1e30})
    void readsWhatItWrites(double priority) {
        Policy policy = new Policy("p", "^a.*", definition("max-length", FieldValue.of(1L)), priority, ApplyTo.STREAMS);

        assertThat(PolicyTerm.read(PolicyKind.USER, "p", policy.term())).isEqualTo(policy);
    }
}
