package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.leveret.amqp.FieldTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The corners of topic matching, each as a running RabbitMQ 4.3 answered. */
final class TopicTableTest {

    @ParameterizedTest
    @CsvSource({
        "'', '', true",
        "'', '.', false",
        "'.', '.', true",
        "'#', '', true",
        "'*', '', false",
        "'*.*', '.', true",
        "'*.*', '..', false",
        "'a.', 'a.', true",
        "'a.', 'a', false",
        "'a.*', 'a.', true",
        "'a.*', 'a', false",
        "'a.#', 'a', true",
        "'a.#', 'a.', true",
        "'a.#', 'a.x.y.b', true",
        "'a.#', 'aa', false",
        "'#.a', 'a', true",
        "'#.a', 'c.a.d', false",
        "'#.a.#', 'c.a.d', true",
        "'a.*.b', 'a..b', true",
        "'a.*.b', 'a.b', false",
        "'a.#.b', 'a.b', true",
        "'a.#.b', 'a.x.y.b', true",
        "'*.#', '', false",
        "'#.*', 'a', true",
        "'#.#', '', true",
        "'a*', 'a.b', false",
        "'a*', 'a*', true",
        "'##', 'a', false",
        "'##', '##', true",
        "'*', '#', true",
        "'#', '*', true",
        "'a.**', 'a.b', false",
        "'a.**', 'a.**', true"
    })
    void matchesWordByWord(String bindingKey, String routingKey, boolean matches) {
        RoutingTable<String> table = Tables.of(ExchangeType.TOPIC);
        table.bind(bindingKey, FieldTable.EMPTY, "queue");

        assertThat(route(table, routingKey)).isEqualTo(matches ? List.of("queue") : List.of());
    }

    @Test
    void acceptsMoreThanTwoHashesInABindingKey() {
        RoutingTable.check(ExchangeType.TOPIC, "#.a.#.b.#", FieldTable.EMPTY);
    }

    @Test
    void takesPatternsFullOfHashesInItsStride() {
        RoutingTable<String> table = Tables.of(ExchangeType.TOPIC);
        String hashes = "#.a.".repeat(60);
        table.bind(hashes + "b", FieldTable.EMPTY, "never");
        table.bind(hashes + "#", FieldTable.EMPTY, "always");
        String routingKey = "a.".repeat(127) + "a";

        // Trying each way to share 128 words among 60 hashes in turn would outlast the machine.
        List<String> routed = assertTimeoutPreemptively(Duration.ofSeconds(30), () -> route(table, routingKey));

        assertThat(routed).containsExactly("always");
    }

    @Test
    void dropsTheTrieOfAPatternWithItsLastBinding() {
        RoutingTable<String> table = Tables.of(ExchangeType.TOPIC);
        table.bind("a.*.b.#.c", FieldTable.EMPTY, "long");
        table.bind("a.*", FieldTable.EMPTY, "short");
        table.unbind("a.*.b.#.c", FieldTable.EMPTY, "long");
        assertThat(table.isEmpty()).isFalse();

        table.unbind("a.*", FieldTable.EMPTY, "short");

        assertThat(table.isEmpty()).isTrue();
    }

    private static List<String> route(RoutingTable<String> table, String routingKey) {
        List<String> destinations = new ArrayList<>();
        table.route(Routable.of(routingKey), destinations::add);
        return destinations;
    }
}
