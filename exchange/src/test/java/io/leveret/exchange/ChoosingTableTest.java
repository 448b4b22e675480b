package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.FieldTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What holds for the tables of all types that send a message to one of the destinations. */
final class ChoosingTableTest {

    private static final int SEEDS = 50;
    private static final String CHOOSING = "CONSISTENT_HASH|MODULUS_HASH|.*RANDOM";

    private record Binding(String weight, FieldTable arguments, String destination) {}

    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ANY, names = CHOOSING)
    void choosesOneOfThoseThatAreBoundWhileBindingsComeAndGo(ExchangeType type) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            RoutingTable<String> table = Tables.of(type);
            List<Binding> bindings = new ArrayList<>();
            for (int step = 0; step < 200; step++) {
                change(table, bindings, random);
                assertChoosesOneOf(table, bindings, "key" + random.nextInt(), "seed " + seed + ", step " + step);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ANY, names = CHOOSING)
    void refusesToUnbindWhatIsNotBound(ExchangeType type) {
        RoutingTable<String> table = Tables.of(type);
        table.bind("1", FieldTable.EMPTY, "bound");

        assertThatThrownBy(() -> table.unbind("1", FieldTable.EMPTY, "other"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other");
        assertThat(Tables.route(table, "key")).containsExactly("bound");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ANY, names = CHOOSING)
    void choosesOnceForSeveralRoutingKeys(ExchangeType type) {
        RoutingTable<String> table = Tables.of(type);
        table.bind("1", FieldTable.EMPTY, "one");
        table.bind("1", FieldTable.EMPTY, "two");

        assertThat(Tables.route(
                        table,
                        new Routable(List.of("a", "b", "c"), Routable.of("").properties())))
                .hasSize(1);
    }

    /** Destinations come in the order of their numbers and go in the same one: who is chosen was there at one moment. */
    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ANY, names = CHOOSING)
    void readersAlwaysFindSomebodyWhileBindingsChange(ExchangeType type) throws Exception {
        RoutingTable<Integer> table = Tables.of(type);
        table.bind("1", FieldTable.EMPTY, 0);
        AtomicBoolean writing = new AtomicBoolean(true);
        Callable<Integer> reader = () -> {
            int routes = 0;
            do {
                assertThat(Tables.route(table, "key" + routes)).hasSize(1);
                routes++;
            } while (writing.get());
            return routes;
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Integer>> readers = List.of(threads.submit(reader), threads.submit(reader));
            for (int number = 1; number < 3_000; number++) {
                table.bind("1", FieldTable.EMPTY, number);
                table.unbind("1", FieldTable.EMPTY, number - 1);
            }
            writing.set(false);
            for (Future<Integer> routes : readers) {
                assertThat(routes.get(60, TimeUnit.SECONDS)).isPositive();
            }
        } finally {
            writing.set(false);
            threads.shutdown();
        }
    }

    private static void change(RoutingTable<String> table, List<Binding> bindings, Random random) {
        if (random.nextInt(20) == 0) {
            String gone = "queue" + random.nextInt(12);
            assertThat(table.forget(gone)).isTrue();
            bindings.removeIf(binding -> binding.destination.equals(gone));
        } else if (bindings.size() < 20 && random.nextInt(3) > 0) {
            Binding added = new Binding(
                    Integer.toString(1 + random.nextInt(5)),
                    FieldTable.builder().put("n", random.nextInt()).build(),
                    "queue" + random.nextInt(12));
            bindings.add(added);
            table.bind(added.weight, added.arguments, added.destination);
        } else if (!bindings.isEmpty()) {
            Binding removed = bindings.remove(random.nextInt(bindings.size()));
            table.unbind(removed.weight, removed.arguments, removed.destination);
        }
    }

    private static void assertChoosesOneOf(
            RoutingTable<String> table, List<Binding> bindings, String routingKey, String where) {
        List<String> chosen = Tables.route(table, routingKey);
        assertThat(table.isEmpty()).as(where).isEqualTo(bindings.isEmpty());
        assertThat(chosen).as(where).hasSize(bindings.isEmpty() ? 0 : 1);
        assertThat(bindings.stream().map(Binding::destination).toList())
                .as("%s: of these %s is one", where, chosen)
                .containsAll(chosen);
    }
}
