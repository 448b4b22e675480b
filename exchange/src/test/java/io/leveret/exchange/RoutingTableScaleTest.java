package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** Large tables, measured by what they allocate: copies of more than a path would show as a multiple of it. */
final class RoutingTableScaleTest {

    /** Room for paths that grow with the logarithm; a copy of the whole per binding would be the ratio of the sizes. */
    private static final int PATH_GROWTH = 4;

    @ParameterizedTest
    @ValueSource(strings = {"device.%d", "device.%d.*.#"})
    void bindsAMillionKeysToATopicExchangeAndRoutesAsThroughAThousand(String key) {
        Filled few = Filled.of(ExchangeType.TOPIC, 1_000, i -> key.replace("%d", Integer.toString(i)), i -> i);
        Filled many = Filled.of(ExchangeType.TOPIC, 1_000_000, i -> key.replace("%d", Integer.toString(i)), i -> i);

        assertThat(many.bytesPerBinding()).isLessThan(PATH_GROWTH * few.bytesPerBinding());
        assertThat(bytesPerRoute(many.table, key)).isLessThanOrEqualTo(2 * bytesPerRoute(few.table, key));
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.MATCH_NONE,
            names = {"CONSISTENT_HASH", "MODULUS_HASH", ".*RANDOM"})
    void bindsAHundredThousandDestinationsInPathsNotCopiesAndReachesEachOnce(ExchangeType type) {
        Filled few = Filled.of(type, 1_000, i -> "key", i -> i);
        Filled many = Filled.of(type, 100_000, i -> "key", i -> i);
        assertThat(many.bytesPerBinding()).isLessThan(PATH_GROWTH * few.bytesPerBinding());

        AtomicInteger reached = new AtomicInteger();
        many.table.route(Routable.of("key"), destination -> reached.incrementAndGet());
        assertThat(reached).hasValue(100_000);
    }

    @Test
    void reachesEachOfAHundredThousandDestinationsOnceThroughTwoPatterns() {
        RoutingTable<Integer> table =
                Filled.of(ExchangeType.TOPIC, 200_000, i -> i % 2 == 0 ? "#" : "key.*", i -> i / 2).table;
        boolean[] reached = new boolean[100_000];
        AtomicInteger calls = new AtomicInteger();

        table.route(Routable.of("key.word"), destination -> {
            reached[destination] = true;
            calls.incrementAndGet();
        });

        assertThat(reached).doesNotContain(false);
        assertThat(calls).hasValue(100_000);
    }

    /** A pattern serves as routing key as well: its wildcards are words like others there. */
    private static long bytesPerRoute(RoutingTable<Integer> table, String key) {
        return Allocation.of(() -> {
            for (int i = 0; i < 1_000; i++) {
                int bound = i;
                table.route(
                        Routable.of(key.replace("%d", Integer.toString(i))),
                        reached -> assertThat(reached).isEqualTo(bound));
            }
        });
    }

    /** A table and what it cost to fill it; the keys are not counted. */
    private record Filled(RoutingTable<Integer> table, long bytesPerBinding) {

        static Filled of(ExchangeType type, int bindings, IntFunction<String> key, IntFunction<Integer> destination) {
            RoutingTable<Integer> table = Tables.of(type);
            List<String> keys = IntStream.range(0, bindings).mapToObj(key).toList();
            long bytes = Allocation.of(() -> {
                for (int i = 0; i < bindings; i++) {
                    table.bind(keys.get(i), FieldTable.EMPTY, destination.apply(i));
                }
            });
            return new Filled(table, bytes / bindings);
        }
    }
}
