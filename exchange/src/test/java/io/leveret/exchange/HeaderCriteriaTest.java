package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a headers exchange accepts as {@code x-match}; the texts are those of a running RabbitMQ 4.3. */
final class HeaderCriteriaTest {

    @ParameterizedTest
    @ValueSource(strings = {"all", "any", "all-with-x", "any-with-x"})
    void acceptsTheFourModes(String mode) {
        assertThatCode(() -> check(ExchangeType.HEADERS, FieldValue.of(mode))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource
    void refusesAnotherModeInErlangsSpelling(FieldValue mode, String term) {
        assertThatThrownBy(() -> check(ExchangeType.HEADERS, mode))
                .isInstanceOf(AmqpException.class)
                .hasMessage("PRECONDITION_FAILED - Invalid x-match field value " + term
                        + "; expected all, any, all-with-x, or any-with-x");
    }

    static Stream<Arguments> refusesAnotherModeInErlangsSpelling() {
        return Stream.of(
                arguments(FieldValue.of("foo"), "<<\"foo\">>"),
                arguments(FieldValue.of("ALL"), "<<\"ALL\">>"),
                arguments(FieldValue.of(""), "<<>>"),
                arguments(FieldValue.of("a\"b\\c"), "<<\"a\\\"b\\\\c\">>"),
                arguments(FieldValue.of("\n\t\r\b\f\u000B\u001B x"), "<<\"\\n\\t\\r\\b\\f\\v\\e x\">>"),
                arguments(FieldValue.of("\u00E9"), "<<\"\u00E9\"/utf8>>"),
                arguments(FieldValue.of("\uD83D\uDE00"), "<<\"\uD83D\uDE00\"/utf8>>"),
                arguments(FieldValue.of("\u0085"), "<<194,133>>"),
                arguments(FieldValue.of("\uFFFE"), "<<239,191,190>>"),
                arguments(bytes(0xA0), "<<\"\u00A0\">>"),
                arguments(bytes(1, '\n'), "<<1,10>>"),
                arguments(bytes(0x7F), "<<127>>"));
    }

    @ParameterizedTest
    @MethodSource
    void refusesAModeOfAnotherType(FieldValue mode, String description) {
        assertThatThrownBy(() -> check(ExchangeType.HEADERS, mode))
                .isInstanceOf(AmqpException.class)
                .hasMessage("PRECONDITION_FAILED - Invalid x-match field type " + description + "; expected longstr");
    }

    static Stream<Arguments> refusesAModeOfAnotherType() {
        FieldValue nested = FieldValue.of(FieldTable.builder()
                .put("a", FieldValue.of("x"))
                .put("n", new FieldValue.Void())
                .build());
        return Stream.of(
                arguments(FieldValue.of(5), "signedint (value 5)"),
                arguments(new FieldValue.Int8(-1), "byte (value -1)"),
                arguments(FieldValue.of(7L), "long (value 7)"),
                arguments(new FieldValue.Timestamp(9), "timestamp (value 9)"),
                arguments(FieldValue.of(true), "bool (value true)"),
                arguments(new FieldValue.Void(), "void (value undefined)"),
                arguments(new FieldValue.Bytes(new byte[] {'a', 'l', 'l'}), "binary (value <<\"all\">>)"),
                arguments(new FieldValue.Decimal(1, 10), "decimal (value {1,10})"),
                arguments(new FieldValue.Float32(1), "float (value 1.0)"),
                arguments(new FieldValue.Float64(1e10), "double (value 1.0e10)"),
                arguments(FieldValue.of(FieldTable.EMPTY), "table (value [])"),
                arguments(nested, "table (value [{<<\"a\">>,longstr,<<\"x\">>},{<<\"n\">>,void,undefined}])"),
                arguments(
                        FieldValue.of(List.of(FieldValue.of("all"), FieldValue.of(1))),
                        "array (value [{longstr,<<\"all\">>},{signedint,1}])"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "fanout", "topic"})
    void otherTypesTakeAnyArguments(String type) {
        ExchangeType other = Objects.requireNonNull(ExchangeType.byName(type));

        assertThatCode(() -> check(other, FieldValue.of(5))).doesNotThrowAnyException();
    }

    private static void check(ExchangeType type, FieldValue mode) {
        RoutingTable.check(type, "", FieldTable.builder().put("x-match", mode).build());
    }

    private static FieldValue bytes(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return new FieldValue.LongString(bytes);
    }
}
