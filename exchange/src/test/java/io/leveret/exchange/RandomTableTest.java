package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RandomTableTest {

    /** As in RabbitMQ, where a queue with two bindings gets twice as much. */
    @Test
    void givesEachBindingTheSameChance() {
        RoutingTable<String> table = new RandomTable<>(new Random(1)::nextInt);
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
}
