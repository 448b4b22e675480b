package io.leveret.broker.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.queue.QueueArgument;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EffectivePolicyTest {

    private static final List<String> LEAST =
            List.of("message-ttl", "expires", "max-length", "max-length-bytes", "delayed-retry-max");
    private static final List<String> MOST = List.of("delayed-retry-min", "target-group-size");

    private static Policy policy(String name, Map<String, FieldValue> definition) {
        FieldTable.Builder table = FieldTable.builder();
        definition.forEach(table::put);
        return new Policy(name, ".", table.build());
    }

    private static FieldTable table(Object... pairs) {
        FieldTable.Builder table = FieldTable.builder();
        for (int i = 0; i < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            table.put(
                    (String) pairs[i],
                    value instanceof String text ? FieldValue.of(text) : FieldValue.of(((Number) value).longValue()));
        }
        return table.build();
    }

    private static EffectivePolicy user(Object... pairs) {
        return new EffectivePolicy(new Policy("u", ".", table(pairs)), null);
    }

    /** RabbitMQ's rules, written down once more and plainly. */
    @RepeatedTest(200)
    void mergesWithTheOperatorsAsAPlainModelDoes(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Map<String, Long> user = limits(random);
        Map<String, Long> operator = limits(random);
        Map<String, Long> expected = new TreeMap<>();
        TreeSet<String> keys = new TreeSet<>(user.keySet());
        keys.addAll(operator.keySet());
        for (String key : keys) {
            long mine = user.getOrDefault(key, operator.getOrDefault(key, 0L));
            long theirs = operator.getOrDefault(key, mine);
            expected.put(key, mine == theirs ? mine : merged(key, mine, theirs));
        }

        FieldTable merged = new EffectivePolicy(policy("u", values(user)), policy("o", values(operator))).definition();

        assertThat(merged.entries())
                .as("seed %d: %s and %s", repetition.getCurrentRepetition(), user, operator)
                .containsExactlyEntriesOf(values(expected));
    }

    private static long merged(String key, long mine, long theirs) {
        if (LEAST.contains(key)) {
            return Math.min(mine, theirs);
        }
        if (MOST.contains(key)) {
            return Math.max(mine, theirs);
        }
        if (key.equals("delivery-limit")) {
            return mine < 0 || theirs < 0 ? Math.max(mine, theirs) : Math.min(mine, theirs);
        }
        return theirs;
    }

    private static Map<String, Long> limits(Random random) {
        Map<String, Long> limits = new TreeMap<>();
        for (String key : List.of(
                "message-ttl",
                "expires",
                "max-length",
                "max-length-bytes",
                "delayed-retry-max",
                "delayed-retry-min",
                "target-group-size",
                "delivery-limit",
                "queue-version")) {
            if (random.nextBoolean()) {
                limits.put(key, (long) random.nextInt(10) - (key.equals("delivery-limit") ? 3 : 0));
            }
        }
        return limits;
    }

    private static Map<String, FieldValue> values(Map<String, Long> numbers) {
        Map<String, FieldValue> values = new TreeMap<>();
        numbers.forEach((key, number) -> values.put(key, FieldValue.of(number.longValue())));
        return values;
    }

    @Test
    void theOperatorsWordsHold() {
        EffectivePolicy both = new EffectivePolicy(
                new Policy("u", ".", table("overflow", "drop-head", "delayed-retry-type", "disabled")),
                new Policy("o", ".", table("overflow", "reject-publish", "delayed-retry-type", "all")));

        assertThat(both.get(PolicyKey.OVERFLOW)).isEqualTo(FieldValue.of("reject-publish"));
        assertThat(both.get(PolicyKey.DELAYED_RETRY_TYPE)).isEqualTo(FieldValue.of("all"));
    }

    @ParameterizedTest
    @CsvSource({
        "expires, 5, 7, 5",
        "expires, 7, 5, 5",
        "message-ttl, 7, 5, 5",
        "max-length, 5, 7, 5",
        "max-length-bytes, 5, 7, 5",
        "consumer-timeout, 7, 5, 5",
        "delivery-limit, 5, 7, 5",
        "delivery-limit, -1, 7, 7",
        "delivery-limit, 7, -1, 7",
        "delayed-retry-min, 5, 7, 5",
        "delayed-retry-max, 7, 5, 5",
    })
    void theSmallerLimitHoldsBesideAnArgument(String key, long policy, long argument, long expected) {
        FieldTable over = user(key, policy).over(table("x-" + key, argument), PolicyTarget.QUORUM_QUEUE);

        assertThat(over.get("x-" + key)).isEqualTo(FieldValue.of(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "dead-letter-exchange, CLASSIC_QUEUE, a",
        "dead-letter-routing-key, CLASSIC_QUEUE, a",
        "dead-letter-strategy, QUORUM_QUEUE, a",
        "overflow, CLASSIC_QUEUE, a",
        "overflow, QUORUM_QUEUE, p",
        "delayed-retry-type, QUORUM_QUEUE, p",
    })
    void oneOfTwoTextsHolds(String key, PolicyTarget target, String expected) {
        FieldTable over = user(key, "p").over(table("x-" + key, "a"), target);

        assertThat(over.get("x-" + key)).isEqualTo(FieldValue.of(expected));
    }

    @Test
    void anArgumentThatIsNoNumberIsNoLimit() {
        FieldTable over = user("delivery-limit", 5).over(table("x-delivery-limit", "x"), PolicyTarget.QUORUM_QUEUE);

        assertThat(over.get("x-delivery-limit")).isEqualTo(FieldValue.of(5L));
    }

    @Test
    void whatPoliciesSayIsAddedToTheArguments() {
        FieldTable over = user("max-length", 5, "alternate-exchange", "x", "message-ttl", Long.MAX_VALUE)
                .over(table("x-queue-type", "classic"), PolicyTarget.CLASSIC_QUEUE);

        assertThat(over)
                .isEqualTo(
                        table("x-queue-type", "classic", "x-max-length", 5, "x-message-ttl", QueueArgument.LONGEST_MS));
    }

    /** A policy for all queues, which only changes quorum queues in RabbitMQ, must not begin to delay and cancel here. */
    @ParameterizedTest
    @ValueSource(strings = {"consumer-timeout", "delayed-retry-type", "delayed-retry-min", "delayed-retry-max"})
    void whatIsOfQuorumQueuesInRabbitMqIsNotAddedToAClassicQueue(String key) {
        EffectivePolicy policy = user(key, 5);
        FieldTable own = table("x-" + key, 3);

        assertThat(policy.over(FieldTable.EMPTY, PolicyTarget.CLASSIC_QUEUE)).isEqualTo(FieldTable.EMPTY);
        assertThat(policy.over(own, PolicyTarget.CLASSIC_QUEUE)).isEqualTo(own);
        assertThat(policy.over(FieldTable.EMPTY, PolicyTarget.QUORUM_QUEUE)).isEqualTo(table("x-" + key, 5L));
        assertThat(policy.definition()).as("is shown").isEqualTo(table(key, 5L));
    }
}
