package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What matches in a headers exchange, each case as a running RabbitMQ 4.3 answered. */
final class HeadersTableTest {

    private static final FieldValue VOID = new FieldValue.Void();

    /** {@code V} is a void; all other values are integers. */
    @ParameterizedTest
    @CsvSource({
        "all, '', '', true",
        "all, '', 'a=1', true",
        "all, 'a=1', '', false",
        "all, 'a=1 b=2', 'a=1 b=2 c=3', true",
        "all, 'a=1 b=2', 'a=1 b=3', false",
        "all, 'x-a=1', '', true",
        "all, 'x-a=1', 'x-a=2', true",
        "all, 'x-a=1 b=1', 'x-a=1', false",
        "all, 'a=V', 'a=5', true",
        "all, 'a=V', 'a=V', true",
        "all, 'a=V', '', false",
        "all, 'a=1', 'a=V', false",
        "all, 'X-a=1', '', false",
        "all, 'x=1', '', false",
        "any, '', '', false",
        "any, '', 'a=1', false",
        "any, 'a=1 b=2', 'a=1 b=3', true",
        "any, 'a=1 b=2', 'a=2 b=1', false",
        "any, 'x-a=1', 'x-a=1', false",
        "any, 'x-a=1 b=1', 'b=1', true",
        "any, 'a=V', 'a=5', true",
        "any, 'a=V', '', false",
        "all-with-x, '', '', true",
        "all-with-x, 'x-a=1', 'x-a=1', true",
        "all-with-x, 'x-a=1', '', false",
        "all-with-x, 'x-a=1 b=1', 'b=1', false",
        "all-with-x, 'x-a=V', 'x-a=7', true",
        "any-with-x, '', '', false",
        "any-with-x, 'x-a=1', 'x-a=1', true",
        "any-with-x, 'x-a=1', 'x-a=2', false",
        "any-with-x, 'x-a=1 b=1', 'b=1', true"
    })
    void matchesByMode(String mode, String asked, String headers, boolean matches) {
        FieldTable binding = table(asked, FieldTable.builder().put("x-match", mode));

        assertThat(routes(binding, table(headers, FieldTable.builder()))).isEqualTo(matches);
    }

    @Test
    void wantsAllWithoutAMode() {
        assertThat(routes(table("a=1 b=2"), table("a=1 b=2"))).isTrue();
        assertThat(routes(table("a=1 b=2"), table("a=1"))).isFalse();
    }

    @Test
    void neverComparesTheMode() {
        FieldTable any = FieldTable.builder().put("x-match", "any-with-x").build();

        assertThat(routes(any, any)).isFalse();
    }

    @ParameterizedTest
    @MethodSource
    void comparesValuesNotWidths(FieldValue asked, FieldValue header, boolean matches) {
        FieldTable binding = FieldTable.builder().put("name", asked).build();
        FieldTable headers = FieldTable.builder().put("name", header).build();

        assertThat(routes(binding, headers)).isEqualTo(matches);
    }

    static Stream<Arguments> comparesValuesNotWidths() {
        FieldValue a1b2 = FieldValue.of(table("a=1 b=2"));
        FieldValue b2a1 = FieldValue.of(table("b=2 a=1"));
        FieldValue longA1 = FieldValue.of(FieldTable.builder().put("a", 1L).build());
        return Stream.of(
                arguments(FieldValue.of(1), FieldValue.of(1L), true),
                arguments(new FieldValue.Int8(1), new FieldValue.UInt32(1), true),
                arguments(new FieldValue.Timestamp(1), FieldValue.of(1), true),
                arguments(FieldValue.of(1), FieldValue.of(2), false),
                arguments(FieldValue.of(1), FieldValue.of("1"), false),
                arguments(FieldValue.of(1), FieldValue.of(true), false),
                arguments(FieldValue.of(1), new FieldValue.Float64(1), false),
                arguments(FieldValue.of(1), new FieldValue.Decimal(0, 1), false),
                arguments(new FieldValue.Float32(1), new FieldValue.Float64(1), true),
                arguments(new FieldValue.Float64(0.0), new FieldValue.Float64(-0.0), false),
                arguments(new FieldValue.Decimal(1, 10), new FieldValue.Decimal(0, 1), false),
                arguments(new FieldValue.Decimal(0, 1), new FieldValue.Decimal(0, 1), true),
                arguments(FieldValue.of("1"), new FieldValue.Bytes(new byte[] {'1'}), true),
                arguments(FieldValue.of("a"), FieldValue.of("A"), false),
                arguments(FieldValue.of("true"), FieldValue.of(true), false),
                arguments(VOID, FieldValue.of("any"), true),
                arguments(FieldValue.of("any"), VOID, false),
                arguments(a1b2, a1b2, true),
                arguments(a1b2, b2a1, false),
                arguments(FieldValue.of(table("a=1")), longA1, false),
                arguments(FieldValue.of(table("a=V")), FieldValue.of(table("a=1")), false),
                arguments(array(1, 2), array(1, 2), true),
                arguments(array(1, 2), array(2, 1), false),
                arguments(array(1), FieldValue.of(List.of(FieldValue.of(1L))), false),
                arguments(FieldValue.of(FieldTable.EMPTY), array(), true),
                arguments(
                        FieldValue.of(List.of(FieldValue.of(FieldTable.EMPTY))),
                        FieldValue.of(List.of(array())),
                        false));
    }

    @Test
    void unbindsWithTheArgumentsInAnotherOrder() {
        RoutingTable<String> table = Tables.of(ExchangeType.HEADERS);
        table.bind("", table("a=1 b=2"), "queue");

        table.unbind("", table("b=2 a=1"), "queue");

        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    void comparesAMessageOnlyWithBindingsThatAgreeInOneHeader() {
        long few = bytesPerRoute(100);
        long many = bytesPerRoute(10_000);

        assertThat(many)
                .as("bytes for 100 bindings: %d, for 10,000: %d", few, many)
                .isLessThan(2 * few);
    }

    /** All bindings have a header in common, so that the order of the arguments alone would put them in one place. */
    private static long bytesPerRoute(int bindings) {
        RoutingTable<Integer> table = Tables.of(ExchangeType.HEADERS);
        for (int i = 0; i < bindings; i++) {
            table.bind("", table("common=1 own=" + i), i);
        }
        FieldTable headers = table("common=1 own=7");
        return Allocation.of(() -> {
            for (int i = 0; i < 1_000; i++) {
                table.route(
                        Tables.message("", headers),
                        destination -> assertThat(destination).isEqualTo(7));
            }
        });
    }

    private static boolean routes(FieldTable binding, FieldTable headers) {
        RoutingTable<String> table = Tables.of(ExchangeType.HEADERS);
        table.bind("", binding, "queue");
        List<String> destinations = new ArrayList<>();
        table.route(Tables.message("", headers), destinations::add);
        return destinations.equals(List.of("queue"));
    }

    private static FieldTable table(String entries) {
        return table(entries, FieldTable.builder());
    }

    private static FieldTable table(String entries, FieldTable.Builder table) {
        for (String entry : entries.isEmpty() ? new String[0] : entries.split(" ")) {
            int equals = entry.indexOf('=');
            String value = entry.substring(equals + 1);
            table.put(entry.substring(0, equals), value.equals("V") ? VOID : FieldValue.of(Integer.parseInt(value)));
        }
        return table.build();
    }

    private static FieldValue array(int... values) {
        List<FieldValue> elements = new ArrayList<>();
        for (int value : values) {
            elements.add(FieldValue.of(value));
        }
        return FieldValue.of(elements);
    }
}
