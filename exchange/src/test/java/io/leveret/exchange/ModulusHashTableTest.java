package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ModulusHashTableTest {

    private final RoutingTable<String> table = Tables.of(ExchangeType.MODULUS_HASH);

    @Test
    void sharesKeysOutEvenlyAmongBindings() {
        bind("one", "a");
        bind("two", "a");
        bind("two", "b");

        Map<String, Integer> counts = new HashMap<>();
        IntStream.range(0, 30_000)
                .forEach(key -> counts.merge(Tables.route(table, "key" + key).get(0), 1, Integer::sum));

        assertThat(counts.get("one")).isBetween(9_600, 10_400);
        assertThat(counts.get("two")).isBetween(19_600, 20_400);
    }

    @Test
    void goesByTheOrderOfNamesNotOfBindings() {
        RoutingTable<String> reversed = Tables.of(ExchangeType.MODULUS_HASH);
        for (int i = 0; i < 20; i++) {
            bind("queue" + i, "");
            reversed.bind("", FieldTable.EMPTY, "queue" + (19 - i));
        }

        for (int key = 0; key < 1_000; key++) {
            assertThat(Tables.route(reversed, "key" + key)).isEqualTo(Tables.route(table, "key" + key));
        }
    }

    @Test
    void goesByAllRoutingKeysTogether() {
        IntStream.range(0, 100).forEach(i -> bind("queue" + i, ""));

        assertThat(IntStream.range(0, 1_000)
                        .mapToObj(i ->
                                Tables.route(table, new Routable(List.of("same", "copy" + i), BasicProperties.EMPTY)))
                        .distinct()
                        .count())
                .isGreaterThan(90);
    }

    private void bind(String destination, String key) {
        table.bind(key, FieldTable.EMPTY, destination);
    }
}
