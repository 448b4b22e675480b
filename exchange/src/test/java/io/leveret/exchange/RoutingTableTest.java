package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.FieldTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What holds for the tables of all types that send a message to each binding that matches. */
final class RoutingTableTest {

    private static final int SEEDS = 50;

    private record Binding(String key, FieldTable arguments, String destination) {}

    @ParameterizedTest
    @EnumSource(
            mode = Mode.MATCH_NONE,
            names = {"CONSISTENT_HASH", "MODULUS_HASH", ".*RANDOM"})
    void agreesWithTheSlowMatcherWhileBindingsComeAndGo(ExchangeType type) {
        for (int seed = 0; seed < SEEDS; seed++) {
            agreesWithTheSlowMatcher(type, seed);
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.MATCH_NONE,
            names = {"CONSISTENT_HASH", "MODULUS_HASH", ".*RANDOM"})
    void keepsADestinationUntilTheLastOfItsBindingsIsGone(ExchangeType type) {
        RoutingTable<String> table = Tables.of(type);
        FieldTable first = FieldTable.builder().put("x-first", 1).build();
        table.bind("key", FieldTable.EMPTY, "queue");
        table.bind("key", first, "queue");

        table.unbind("key", FieldTable.EMPTY, "queue");
        assertThat(route(table, "key", FieldTable.EMPTY)).containsExactly("queue");

        table.unbind("key", first, "queue");
        assertThat(route(table, "key", FieldTable.EMPTY)).isEmpty();
        assertThat(table.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.MATCH_NONE,
            names = {"CONSISTENT_HASH", "MODULUS_HASH", ".*RANDOM"})
    void refusesToUnbindWhatIsNotBound(ExchangeType type) {
        RoutingTable<String> table = Tables.of(type);
        table.bind("key", FieldTable.EMPTY, "bound");

        assertThatThrownBy(() -> table.unbind("key", FieldTable.EMPTY, "other"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other");
        assertThat(route(table, "key", FieldTable.EMPTY)).containsExactly("bound");
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.MATCH_NONE,
            names = {"CONSISTENT_HASH", "MODULUS_HASH", ".*RANDOM"})
    void routesInTheSameOrderUntilABindingChanges(ExchangeType type) {
        RoutingTable<String> table = Tables.of(type);
        for (int i = 0; i < 100; i++) {
            table.bind("key", FieldTable.EMPTY, "queue" + i);
        }

        assertThat(route(table, "key", FieldTable.EMPTY)).hasSize(100).isEqualTo(route(table, "key", FieldTable.EMPTY));
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.MATCH_NONE,
            names = {"CONSISTENT_HASH", "MODULUS_HASH", ".*RANDOM"})
    void onlyAHeadersExchangeIsNotDecidedByTheRoutingKey(ExchangeType type) {
        assertThat(Tables.of(type).isDecidedByRoutingKey()).isEqualTo(type != ExchangeType.HEADERS);
    }

    private static void agreesWithTheSlowMatcher(ExchangeType type, int seed) {
        Random random = new Random(seed);
        RandomBindings any = new RandomBindings(random);
        RoutingTable<String> table = Tables.of(type);
        Set<Binding> bindings = new HashSet<>();
        int mostBindings = 1 + random.nextInt(40);

        for (int step = 0; step < 200; step++) {
            changeOne(table, bindings, mostBindings, any, random);
            String routingKey = random.nextBoolean() ? any.routingKey() : any.bindingKey();
            FieldTable headers = any.headers();
            String where = "seed " + seed + ", step " + step;
            assertThat(route(table, routingKey, headers))
                    .as(() -> "%s: key '%s', headers %s, of %s".formatted(where, routingKey, headers, bindings))
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(slowRoute(type, bindings, routingKey, headers));
            assertThat(table.isEmpty()).as(where).isEqualTo(bindings.isEmpty());
        }
    }

    private static void changeOne(
            RoutingTable<String> table, Set<Binding> bindings, int mostBindings, RandomBindings any, Random random) {
        if (bindings.size() < mostBindings && random.nextInt(3) > 0) {
            Binding added = new Binding(any.bindingKey(), any.arguments(), "queue" + random.nextInt(12));
            if (bindings.add(added)) {
                table.bind(added.key, added.arguments, added.destination);
            }
        } else if (!bindings.isEmpty()) {
            Binding removed = List.copyOf(bindings).get(random.nextInt(bindings.size()));
            bindings.remove(removed);
            table.unbind(removed.key, removed.arguments, removed.destination);
        }
    }

    private static Set<String> slowRoute(
            ExchangeType type, Set<Binding> bindings, String routingKey, FieldTable headers) {
        return bindings.stream()
                .filter(binding -> SlowMatcher.matches(type, binding.key, binding.arguments, routingKey, headers))
                .map(Binding::destination)
                .collect(Collectors.toSet());
    }

    private static List<String> route(RoutingTable<String> table, String routingKey, FieldTable headers) {
        List<String> destinations = new ArrayList<>();
        table.route(Tables.message(routingKey, headers), destinations::add);
        return destinations;
    }
}
