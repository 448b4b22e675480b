package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CandidatesTableTest {

    private final RoutingTable<String> hashed = Tables.of(ExchangeType.MODULUS_HASH);

    /** As in RabbitMQ, where a queue with two bindings gets twice as much. */
    @Test
    void givesEachBindingTheSameChanceAtRandom() {
        RoutingTable<String> table = CandidatesTable.random(new Random(1)::nextInt);
        table.bind("a", FieldTable.EMPTY, "one");
        table.bind("a", FieldTable.EMPTY, "two");
        table.bind("b", FieldTable.EMPTY, "two");

        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 30_000; i++) {
            counts.merge(Tables.route(table, "key").get(0), 1, Integer::sum);
        }

        assertThat(counts.get("one")).isBetween(9_600, 10_400);
        assertThat(counts.get("two")).isBetween(19_600, 20_400);
    }

    @Test
    void sharesKeysOutEvenlyAmongBindingsByTheirHash() {
        bind("one", "a");
        bind("two", "a");
        bind("two", "b");

        Map<String, Integer> counts = new HashMap<>();
        IntStream.range(0, 30_000)
                .forEach(key -> counts.merge(Tables.route(hashed, "key" + key).get(0), 1, Integer::sum));

        assertThat(counts.get("one")).isBetween(9_600, 10_400);
        assertThat(counts.get("two")).isBetween(19_600, 20_400);
    }

    @Test
    void hashesGoByTheOrderOfNamesNotOfBindings() {
        RoutingTable<String> reversed = Tables.of(ExchangeType.MODULUS_HASH);
        for (int i = 0; i < 20; i++) {
            bind("queue" + i, "");
            reversed.bind("", FieldTable.EMPTY, "queue" + (19 - i));
        }

        for (int key = 0; key < 1_000; key++) {
            assertThat(Tables.route(reversed, "key" + key)).isEqualTo(Tables.route(hashed, "key" + key));
        }
    }

    @Test
    void hashesAllRoutingKeysTogether() {
        IntStream.range(0, 100).forEach(i -> bind("queue" + i, ""));

        assertThat(IntStream.range(0, 1_000)
                        .mapToObj(i ->
                                Tables.route(hashed, new Routable(List.of("same", "copy" + i), BasicProperties.EMPTY)))
                        .distinct()
                        .count())
                .isGreaterThan(90);
    }

    private void bind(String destination, String key) {
        hashed.bind(key, FieldTable.EMPTY, destination);
    }
}
