package io.leveret.broker.vhost;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How a redeclaration is compared with what is there; the texts are those of a running RabbitMQ 4.3. */
final class EquivalenceTest {

    private static final FieldValue THOUSAND = FieldValue.of(1000);

    private final Equivalence equivalence = new Equivalence("queue 'q' in vhost '/'");

    @Test
    void namesTheAttributeThatDiffers() {
        assertThatCode(() -> equivalence.requireSame("durable", true, true)).doesNotThrowAnyException();
        assertThatThrownBy(() -> equivalence.requireSame("durable", false, true))
                .isInstanceOf(AmqpException.class)
                .hasMessage("PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost '/':"
                        + " received 'false' but current is 'true'");
    }

    @ParameterizedTest
    @MethodSource
    void tellsBothValuesOfAnArgument(@Nullable FieldValue received, @Nullable FieldValue current, String text) {
        assertThatThrownBy(() -> compare(received, current))
                .hasMessage("PRECONDITION_FAILED - inequivalent arg 'x-a' for queue 'q' in vhost '/': " + text);
    }

    static Stream<Arguments> tellsBothValuesOfAnArgument() {
        FieldValue table = FieldValue.of(FieldTable.builder().put("a", 1).build());
        FieldValue array = FieldValue.of(List.of(FieldValue.of(1), FieldValue.of("a")));
        return Stream.of(
                arguments(FieldValue.of(2000), THOUSAND, "received '2000' but current is '1000'"),
                arguments(FieldValue.of("1000"), THOUSAND, "received '1000' but current is '1000'"),
                arguments(FieldValue.of("b"), FieldValue.of("a"), "received 'b' but current is 'a'"),
                arguments(FieldValue.of(true), FieldValue.of(1), "received 'true' but current is '1'"),
                arguments(FieldValue.of(false), FieldValue.of(true), "received 'false' but current is 'true'"),
                arguments(new FieldValue.Void(), FieldValue.of(1), "received none but current is '1'"),
                arguments(table, FieldValue.of(1), "received '[{<<\"a\">>,signedint,1}]' but current is '1'"),
                arguments(array, FieldValue.of(1), "received '[{signedint,1},{longstr,<<\"a\">>}]' but current is '1'"),
                arguments(THOUSAND, null, "received the value '1000' of type 'signedint' but current is none"),
                arguments(FieldValue.of(5L), null, "received the value '5' of type 'long' but current is none"),
                arguments(null, THOUSAND, "received none but current is the value '1000' of type 'signedint'"),
                arguments(FieldValue.of("a"), null, "received the value 'a' of type 'longstr' but current is none"),
                arguments(null, FieldValue.of(""), "received none but current is the value '' of type 'longstr'"),
                arguments(FieldValue.of(true), null, "received the value 'true' of type 'bool' but current is none"),
                arguments(
                        new FieldValue.Bytes(new byte[] {'a', 'b'}),
                        null,
                        "received the value 'ab' of type 'binary' but current is none"),
                arguments(
                        new FieldValue.Float64(1.5),
                        null,
                        "received the value '1.5' of type 'double' but current is none"),
                arguments(
                        new FieldValue.Decimal(2, 5),
                        null,
                        "received the value '{2,5}' of type 'decimal' but current is none"),
                arguments(
                        new FieldValue.Void(),
                        null,
                        "received the value 'undefined' of type 'void' but current is none"));
    }

    @ParameterizedTest
    @MethodSource
    void takesForEqualWhatRabbitMqDoes(@Nullable FieldValue received, @Nullable FieldValue current) {
        assertThatCode(() -> compare(received, current)).doesNotThrowAnyException();
        assertThatCode(() -> compare(current, received)).doesNotThrowAnyException();
    }

    static Stream<Arguments> takesForEqualWhatRabbitMqDoes() {
        return Stream.of(
                arguments(null, null),
                arguments(THOUSAND, FieldValue.of(1000L)),
                arguments(THOUSAND, new FieldValue.UInt16(1000)),
                arguments(THOUSAND, new FieldValue.Timestamp(1000)),
                arguments(new FieldValue.Float32(1.5f), new FieldValue.Float64(1.5)),
                arguments(FieldValue.of("a"), new FieldValue.Bytes(new byte[] {'a'})),
                arguments(FieldValue.of(List.of(THOUSAND)), FieldValue.of(List.of(THOUSAND))));
    }

    private void compare(@Nullable FieldValue received, @Nullable FieldValue current) {
        equivalence.requireSameArgument("x-a", table(received), table(current));
    }

    private static FieldTable table(@Nullable FieldValue value) {
        return value == null
                ? FieldTable.EMPTY
                : FieldTable.builder().put("x-a", value).build();
    }
}
