package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

final class RoutingTableConcurrencyTest {

    private static final int BINDINGS = 3_000;

    /**
     * Destinations are bound in the order of their numbers and unbound in the opposite one, so every moment's table routes
     * to 0 up to some number: a gap is a table half changed.
     */
    @ParameterizedTest
    @EnumSource(
            mode = Mode.MATCH_NONE,
            names = {"CONSISTENT_HASH", "MODULUS_HASH", ".*RANDOM"})
    void readersSeeEachBindingWhollyOrNotAtAll(ExchangeType type) throws Exception {
        RoutingTable<Integer> table = Tables.of(type);

        readWhile(table, RoutingTableConcurrencyTest::assertNoGap, () -> {
            IntStream.range(0, BINDINGS).forEach(number -> table.bind("key", FieldTable.EMPTY, number));
            IntStream.range(0, BINDINGS)
                    .map(number -> BINDINGS - 1 - number)
                    .forEach(number -> table.unbind("key", FieldTable.EMPTY, number));
        });
    }

    /** As clients change a binding without losing a message. */
    @Test
    void aDestinationWithANewBindingBeforeItsOldOneGoesMissesNothing() throws Exception {
        RoutingTable<Integer> table = Tables.of(ExchangeType.TOPIC);
        table.bind("key", FieldTable.EMPTY, 1);

        readWhile(table, routed -> assertThat(routed).containsExactly(1), () -> {
            for (int move = 0; move < BINDINGS; move++) {
                table.bind("#", FieldTable.EMPTY, 1);
                table.unbind("key", FieldTable.EMPTY, 1);
                table.bind("key", FieldTable.EMPTY, 1);
                table.unbind("#", FieldTable.EMPTY, 1);
            }
        });
    }

    /** Routes on two threads, checking each result, until the writer is through. */
    private static void readWhile(RoutingTable<Integer> table, Consumer<List<Integer>> check, Runnable writer)
            throws Exception {
        AtomicBoolean writing = new AtomicBoolean(true);
        Callable<Integer> reader = () -> {
            int routes = 0;
            do {
                List<Integer> destinations = new ArrayList<>();
                table.route(Routable.of("key"), destinations::add);
                check.accept(destinations);
                routes++;
            } while (writing.get());
            return routes;
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Integer>> readers = List.of(threads.submit(reader), threads.submit(reader));
            writer.run();
            writing.set(false);
            for (Future<Integer> routes : readers) {
                assertThat(routes.get(60, TimeUnit.SECONDS)).isPositive();
            }
        } finally {
            writing.set(false);
            threads.shutdown();
        }
    }

    private static void assertNoGap(List<Integer> destinations) {
        assertThat(destinations.stream().sorted().toList())
                .isEqualTo(IntStream.range(0, destinations.size()).boxed().toList());
    }
}
