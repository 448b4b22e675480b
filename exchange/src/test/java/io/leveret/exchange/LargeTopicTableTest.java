package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** A topic exchange with so many bindings that it remembers what keys match. */
final class LargeTopicTableTest {

    private static final int KEYS = 40;

    private record Binding(String key, int destination) {}

    private final RoutingTable<Integer> table = Tables.of(ExchangeType.TOPIC);

    /** Bindings change a few times, and in between come enough messages that their keys are remembered. */
    @RepeatedTest(4)
    void agreesWithTheSlowMatcherWhateverItRemembers(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        RandomBindings any = new RandomBindings(random);
        List<String> routingKeys = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            routingKeys.add(any.routingKey() + "." + i % 3);
        }
        List<Binding> bindings = new ArrayList<>();
        for (int i = 0; i < 2 * Topics.LARGE; i++) {
            bind(bindings, new Binding(any.bindingKey() + "." + (i % 2 == 0 ? "#" : i), i));
        }

        for (int change = 0; change < 8; change++) {
            agreesOn(routingKeys, bindings, "seed " + repetition.getCurrentRepetition() + ", change " + change);
            if (random.nextBoolean()) {
                bind(bindings, new Binding(any.bindingKey() + ".#", 2 * Topics.LARGE + change));
            } else {
                Binding gone = bindings.remove(random.nextInt(bindings.size()));
                table.unbind(gone.key, FieldTable.EMPTY, gone.destination);
            }
        }
    }

    @Test
    void seesABindingThatIsAddedOrRemovedWhateverItRemembers() {
        fill();
        routeOften("hot");

        table.bind("#", FieldTable.EMPTY, -1);
        assertThat(Tables.route(table, "hot")).containsExactly(-1);

        routeOften("hot");
        table.unbind("#", FieldTable.EMPTY, -1);
        assertThat(Tables.route(table, "hot")).isEmpty();
    }

    @Test
    void makesLessOfAKeyThatComesOften() {
        fill();
        long first = Allocation.of(() -> Tables.route(table, "device.7.temperature"));
        routeOften("device.7.temperature");

        assertThat(Allocation.of(() -> Tables.route(table, "device.7.temperature")))
                .isLessThan(first);
    }

    private void fill() {
        for (int device = 0; device < 2 * Topics.LARGE; device++) {
            table.bind("device." + device + ".*", FieldTable.EMPTY, device);
        }
    }

    private void routeOften(String routingKey) {
        for (int i = 0; i < Topics.ROUTES_BEFORE_CACHE + 3; i++) {
            Tables.route(table, routingKey);
        }
    }

    private void bind(List<Binding> bindings, Binding binding) {
        bindings.add(binding);
        table.bind(binding.key, FieldTable.EMPTY, binding.destination);
    }

    private void agreesOn(List<String> routingKeys, List<Binding> bindings, String where) {
        List<Set<Integer>> expected =
                routingKeys.stream().map(key -> slowRoute(bindings, key)).toList();
        for (int route = 0; route < Topics.ROUTES_BEFORE_CACHE + 4 * KEYS; route++) {
            int key = route % KEYS;
            assertThat(Tables.route(table, routingKeys.get(key)))
                    .as("%s: key '%s'", where, routingKeys.get(key))
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(expected.get(key));
        }
    }

    private static Set<Integer> slowRoute(List<Binding> bindings, String routingKey) {
        return bindings.stream()
                .filter(binding -> SlowMatcher.matches(
                        ExchangeType.TOPIC, binding.key, FieldTable.EMPTY, routingKey, FieldTable.EMPTY))
                .map(Binding::destination)
                .collect(Collectors.toSet());
    }
}
