package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConsistentHashTableTest {

    private static final int KEYS = 20_000;

    private final RoutingTable<String> table = Tables.of(ExchangeType.CONSISTENT_HASH);

    @Test
    void givesEachDestinationTheShareOfItsWeight() {
        bind("one", 1);
        bind("two", 2);
        bind("three", 3);
        bind("fourteen", 14);

        Map<String, Integer> counts = counts(key -> Routable.of("key" + key));

        assertShare(counts, "one", 1 / 20.0);
        assertShare(counts, "two", 2 / 20.0);
        assertShare(counts, "three", 3 / 20.0);
        assertShare(counts, "fourteen", 14 / 20.0);
    }

    /** Whoever comes takes keys, and whoever goes leaves them; nobody else's key moves. */
    @RepeatedTest(20)
    void movesOnlyTheKeysOfWhoComesOrGoes(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int destinations = 1 + random.nextInt(12);
        IntStream.range(0, destinations).forEach(i -> bind("queue" + i, 1 + random.nextInt(4)));
        List<String> before = owners();

        bind("new", 2);
        List<String> with = owners();
        table.unbind("2", FieldTable.EMPTY, "new");

        for (int key = 0; key < KEYS; key++) {
            assertThat(with.get(key))
                    .as("seed %d, key %d", repetition.getCurrentRepetition(), key)
                    .isIn("new", before.get(key));
        }
        assertThat(with).contains("new");
        assertThat(owners()).isEqualTo(before);
    }

    @Test
    void doesNotDependOnTheOrderOfBindings() {
        List<Integer> numbers = new ArrayList<>(IntStream.range(0, 30).boxed().toList());
        numbers.forEach(number -> bind("queue" + number, 1 + number % 3));
        RoutingTable<String> another = Tables.of(ExchangeType.CONSISTENT_HASH);
        Collections.shuffle(numbers, new Random(1));
        numbers.forEach(number -> another.bind(Integer.toString(1 + number % 3), FieldTable.EMPTY, "queue" + number));

        for (int key = 0; key < KEYS; key++) {
            assertThat(Tables.route(another, "key" + key)).isEqualTo(Tables.route(table, "key" + key));
        }
    }

    @Test
    void sharesOutByAHeaderWhateverTheRoutingKey() {
        RoutingTable<String> byHeader =
                withTwo(FieldTable.builder().put("hash-header", "tenant").build());

        assertThat(byHeader.isDecidedByRoutingKey()).isFalse();
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            FieldTable headers = FieldTable.builder().put("tenant", i).build();
            String owner =
                    Tables.route(byHeader, Tables.message("key" + i, headers)).get(0);
            assertThat(Tables.route(byHeader, Tables.message("another", headers)))
                    .containsExactly(owner);
            counts.merge(owner, 1, Integer::sum);
        }
        assertShare(counts, "one", 0.5);
    }

    @Test
    void takesIntegersOfAnyWidthForTheSame() {
        RoutingTable<String> byHeader = Tables.of(
                ExchangeType.CONSISTENT_HASH,
                FieldTable.builder().put("hash-header", "h").build());
        IntStream.range(0, 50).forEach(i -> byHeader.bind("1", FieldTable.EMPTY, "queue" + i));

        assertThat(routeByHeader(byHeader, FieldValue.of(5)))
                .isEqualTo(routeByHeader(byHeader, FieldValue.of(5L)))
                .isEqualTo(routeByHeader(byHeader, new FieldValue.UInt8(5)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"message_id", "correlation_id", "timestamp"})
    void sharesOutByAProperty(String property) {
        RoutingTable<String> byProperty =
                withTwo(FieldTable.builder().put("hash-property", property).build());

        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            BasicProperties properties = properties(property, i);
            counts.merge(
                    Tables.route(byProperty, new Routable(List.of("key"), properties))
                            .get(0),
                    1,
                    Integer::sum);
        }

        assertShare(counts, "one", 0.5);
    }

    @Test
    void sendsMessagesThatLackTheHeaderToOneDestination() {
        RoutingTable<String> byHeader =
                withTwo(FieldTable.builder().put("hash-header", "absent").build());

        assertThat(IntStream.range(0, 100)
                        .mapToObj(i -> Tables.route(byHeader, "key" + i))
                        .distinct())
                .hasSize(1);
    }

    private static RoutingTable<String> withTwo(FieldTable arguments) {
        RoutingTable<String> table = Tables.of(ExchangeType.CONSISTENT_HASH, arguments);
        table.bind("1", FieldTable.EMPTY, "one");
        table.bind("1", FieldTable.EMPTY, "two");
        return table;
    }

    private static BasicProperties properties(String name, int value) {
        BasicProperties.Builder properties = BasicProperties.builder();
        return switch (name) {
            case "message_id" -> properties.messageId("id" + value).build();
            case "correlation_id" -> properties.correlationId("id" + value).build();
            default -> properties.timestamp(value).build();
        };
    }

    private static List<String> routeByHeader(RoutingTable<String> table, FieldValue value) {
        return Tables.route(
                table,
                Tables.message("key", FieldTable.builder().put("h", value).build()));
    }

    private void bind(String destination, int weight) {
        table.bind(Integer.toString(weight), FieldTable.EMPTY, destination);
    }

    private List<String> owners() {
        return IntStream.range(0, KEYS)
                .mapToObj(key -> Tables.route(table, "key" + key).get(0))
                .toList();
    }

    private Map<String, Integer> counts(Function<Integer, Routable> message) {
        Map<String, Integer> counts = new HashMap<>();
        for (int key = 0; key < KEYS; key++) {
            counts.merge(Tables.route(table, message.apply(key)).get(0), 1, Integer::sum);
        }
        return counts;
    }

    /** Within four standard deviations of what fair draws would give; the hash is fixed, so this never changes. */
    private static void assertShare(Map<String, Integer> counts, String destination, double share) {
        double deviation = Math.sqrt(KEYS * share * (1 - share));
        assertThat((double) counts.getOrDefault(destination, 0)).isCloseTo(KEYS * share, within(4 * deviation));
    }
}
