package io.leveret.broker.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyListTest {

    private static final List<String> PATTERNS = List.of("", "a", "^a", "b$", "^ab$", "[ab]", "^(a|b)+$", "c");
    private static final List<String> KEYS =
            List.of("max-length", "delivery-limit", "queue-mode", "max-age", "alternate-exchange");

    private static final List<ApplyTo> TYPES = List.of(ApplyTo.values());

    private static FieldTable definition(String... keys) {
        FieldTable.Builder table = FieldTable.builder();
        for (String key : keys) {
            table.put(key, 1);
        }
        return table.build();
    }

    /** Goes through all policies, and keeps the best one that fits. */
    private static @Nullable Policy plain(List<Policy> policies, PolicyTarget target, String name) {
        Policy best = null;
        for (Policy each : policies) {
            boolean type = isFor(each.applyTo(), target);
            boolean keys = each.definition().entries().keySet().stream().noneMatch(key -> isForOthers(key, target));
            boolean better = best == null
                    || each.priority() > best.priority()
                    || (each.priority() == best.priority() && each.name().compareTo(best.name()) < 0);
            if (type && keys && better && name.matches("(?s).*(" + middle(each.pattern()) + ").*")) {
                best = each;
            }
        }
        return best;
    }

    private static boolean isFor(ApplyTo applyTo, PolicyTarget target) {
        return switch (target) {
            case EXCHANGE -> List.of("all", "exchanges").contains(applyTo.wireName());
            case CLASSIC_QUEUE -> List.of("all", "queues", "classic_queues").contains(applyTo.wireName());
            case QUORUM_QUEUE -> List.of("all", "queues", "quorum_queues").contains(applyTo.wireName());
        };
    }

    /** An expression for a part of a text as one for the whole of it. */
    private static String middle(String pattern) {
        return pattern.replace("^", "\\A").replace("$", "\\z");
    }

    private static boolean isForOthers(String key, PolicyTarget target) {
        return switch (target) {
            case EXCHANGE -> false;
            case CLASSIC_QUEUE -> key.equals("delivery-limit") || key.equals("max-age");
            case QUORUM_QUEUE -> key.equals("queue-mode") || key.equals("max-age");
        };
    }

    @RepeatedTest(300)
    void agreesWithAPlainSearch(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Policy> policies = new ArrayList<>();
        PolicyList list = PolicyList.EMPTY;
        for (int i = 0; i < 1 + random.nextInt(8); i++) {
            Policy policy = new Policy(
                    "p" + i,
                    PATTERNS.get(random.nextInt(PATTERNS.size())),
                    definition(KEYS.get(random.nextInt(KEYS.size())), KEYS.get(random.nextInt(KEYS.size()))),
                    random.nextInt(4),
                    TYPES.get(random.nextInt(TYPES.size())));
            policies.add(policy);
            list = list.with(policy);
        }
        PolicyList before = list;
        Set<String> changed = new HashSet<>();
        for (int i = random.nextInt(3); i > 0 && !policies.isEmpty(); i--) {
            Policy old = policies.remove(random.nextInt(policies.size()));
            changed.add(old.name());
            list = list.without(old.name());
            if (random.nextBoolean()) {
                Policy other = new Policy(
                        old.name(),
                        PATTERNS.get(random.nextInt(PATTERNS.size())),
                        old.definition(),
                        random.nextInt(4),
                        old.applyTo());
                policies.add(other);
                list = list.with(other);
            }
        }
        for (String name : List.of("", "a", "b", "ab", "ba", "aab", "c", "abc")) {
            for (PolicyTarget target : PolicyTarget.values()) {
                Policy had = before.match(target, name);
                assertThat(list.match(target, name, had, changed))
                        .as("seed %d: %s '%s' had %s", repetition.getCurrentRepetition(), target, name, had)
                        .isEqualTo(list.match(target, name));
                assertThat(list.match(target, name))
                        .as("seed %d: %s '%s' of %s", repetition.getCurrentRepetition(), target, name, policies)
                        .isEqualTo(plain(policies, target, name));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "max-age, CLASSIC_QUEUE",
        "max-age, QUORUM_QUEUE",
        "stream-max-segment-size-bytes, CLASSIC_QUEUE",
        "stream-max-segment-size-bytes, QUORUM_QUEUE",
        "initial-cluster-size, CLASSIC_QUEUE",
        "initial-cluster-size, QUORUM_QUEUE",
        "delivery-limit, CLASSIC_QUEUE",
        "dead-letter-strategy, CLASSIC_QUEUE",
        "max-in-memory-length, CLASSIC_QUEUE",
        "max-in-memory-bytes, CLASSIC_QUEUE",
        "target-group-size, CLASSIC_QUEUE",
        "queue-mode, QUORUM_QUEUE",
    })
    void aKeyOfAnotherTypeMakesThePolicyPassBy(String key, PolicyTarget target) {
        Policy other = new Policy("other", ".", definition(key, "max-length")).withPriority(9);
        Policy plain = new Policy("plain", ".", definition("max-length"));
        PolicyList list = PolicyList.EMPTY.with(List.of(other, plain));

        assertThat(list.match(target, "q")).isEqualTo(plain);
        assertThat(list.match(PolicyTarget.EXCHANGE, "x")).isEqualTo(other);
    }

    @Test
    void anExpressionThatWouldTakeYearsDoesNotMatch() {
        Policy slow = new Policy("slow", "^(a+)+$", definition("max-length")).withPriority(9);
        Policy plain = new Policy("plain", "^a", definition("max-length"));
        PolicyList list = PolicyList.EMPTY.with(slow).with(plain);

        assertThat(list.match(PolicyTarget.CLASSIC_QUEUE, "a".repeat(200) + "b"))
                .isEqualTo(plain);
        assertThat(Objects.requireNonNull(list.match(PolicyTarget.CLASSIC_QUEUE, "aaa"))
                        .name())
                .isEqualTo("slow");
    }

    @Test
    void setAgainItIsAnother() {
        PolicyList list = PolicyList.EMPTY
                .with(new Policy("p", "a", definition("max-length")))
                .with(new Policy(
                        "p",
                        "b",
                        FieldTable.builder().put("expires", FieldValue.of(1)).build()));

        assertThat(list.policies()).hasSize(1);
        assertThat(list.match(PolicyTarget.CLASSIC_QUEUE, "a")).isNull();
        assertThat(list.without("p").policies()).isEmpty();
        assertThat(list.without("x").policies()).hasSize(1);
    }
}
