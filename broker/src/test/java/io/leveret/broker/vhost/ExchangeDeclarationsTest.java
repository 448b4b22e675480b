package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.exchange;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.broker.settings.DeprecatedFeatures;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What RabbitMQ 4.3 says to declarations of exchanges, and in which order it looks. */
final class ExchangeDeclarationsTest {

    private static final FieldTable NUMBERED_ALTERNATE =
            FieldTable.builder().put("alternate-exchange", 5).build();

    private final ExchangeDeclarations exchanges = new VirtualHost("/", DeprecatedFeatures.defaults()).exchanges();

    @ParameterizedTest(name = "{1}")
    @MethodSource
    void refusesInRabbitMqsWords(ExchangeDeclare method, String text) {
        assertThatThrownBy(() -> declare(method)).hasMessage(text);
    }

    static Stream<Arguments> refusesInRabbitMqsWords() {
        return Stream.of(
                arguments(exchange("x", "nonsense"), "PRECONDITION_FAILED - unknown exchange type 'nonsense'"),
                arguments(exchange("x", "Direct"), "PRECONDITION_FAILED - unknown exchange type 'Direct'"),
                arguments(exchange("x", ""), "PRECONDITION_FAILED - invalid exchange type ''"),
                // The type comes before the name, and the name before the arguments.
                arguments(exchange("", "nonsense"), "PRECONDITION_FAILED - unknown exchange type 'nonsense'"),
                arguments(exchange("amq.x", "nonsense"), "PRECONDITION_FAILED - unknown exchange type 'nonsense'"),
                arguments(
                        exchange("x", "nonsense", NUMBERED_ALTERNATE),
                        "PRECONDITION_FAILED - unknown exchange type 'nonsense'"),
                arguments(exchange("", "direct"), "ACCESS_REFUSED - operation not permitted on the default exchange"),
                arguments(exchange("\n", "direct"), "ACCESS_REFUSED - operation not permitted on the default exchange"),
                arguments(
                        exchange("amq.x", "direct", NUMBERED_ALTERNATE),
                        "ACCESS_REFUSED - exchange name 'amq.x' contains reserved prefix 'amq.*'"),
                arguments(
                        exchange("x", "direct", NUMBERED_ALTERNATE),
                        "PRECONDITION_FAILED - invalid type 'signedint' for arg 'alternate-exchange' in exchange 'x'"
                                + " in vhost '/'"),
                arguments(
                        exchange("x", "direct", alternate(new FieldValue.Bytes(new byte[] {'a'}))),
                        "PRECONDITION_FAILED - invalid type 'binary' for arg 'alternate-exchange' in exchange 'x'"
                                + " in vhost '/'"));
    }

    @Test
    void comparesTypeThenDurableThenAutoDeleteThenInternalThenTheAlternate() {
        declare(exchange("x", "direct"));
        FieldTable alternate = alternate(FieldValue.of("amq.fanout"));

        assertThatThrownBy(() -> declare(new ExchangeDeclare("x", "fanout", false, true, true, true, false, alternate)))
                .hasMessage(inequivalent("type", "'fanout' but current is 'direct'"));
        assertThatThrownBy(() -> declare(new ExchangeDeclare("x", "direct", false, true, true, true, false, alternate)))
                .hasMessage(inequivalent("durable", "'true' but current is 'false'"));
        assertThatThrownBy(
                        () -> declare(new ExchangeDeclare("x", "direct", false, false, true, true, false, alternate)))
                .hasMessage(inequivalent("auto_delete", "'true' but current is 'false'"));
        assertThatThrownBy(
                        () -> declare(new ExchangeDeclare("x", "direct", false, false, false, true, false, alternate)))
                .hasMessage(inequivalent("internal", "'true' but current is 'false'"));
        assertThatThrownBy(() -> declare(exchange("x", "direct", alternate)))
                .hasMessage(inequivalent(
                        "alternate-exchange", "the value 'amq.fanout' of type 'longstr' but current is none"));
    }

    @Test
    void comparesNoOtherArgument() {
        declare(exchange("x", "direct"));

        assertThatCode(() -> declare(exchange(
                        "x", "direct", FieldTable.builder().put("x-a", 1).build())))
                .doesNotThrowAnyException();
    }

    @Test
    void aPassiveDeclarationLooksAtTheNameAlone() {
        assertThatCode(() -> declare(passive("amq.direct", "nonsense"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> declare(passive("x", "nonsense")))
                .hasMessage("NOT_FOUND - no exchange 'x' in vhost '/'");
        assertThatThrownBy(() -> declare(passive("", "direct")))
                .hasMessage("ACCESS_REFUSED - operation not permitted on the default exchange");
    }

    @Test
    void aPredeclaredExchangeMayBeDeclaredAgain() {
        ExchangeDeclare equal =
                new ExchangeDeclare("amq.direct", "direct", false, true, false, false, false, FieldTable.EMPTY);

        assertThatCode(() -> declare(equal)).doesNotThrowAnyException();
    }

    @Test
    void dropsLineBreaksFromTheName() {
        declare(exchange("x\r\ny", "direct"));

        assertThat(exchanges.find("xy").name()).isEqualTo("xy");
    }

    @Test
    void deletesWhatIsNotThereButNothingReserved() {
        assertThatCode(() -> exchanges.delete("x", false, ACCESS)).doesNotThrowAnyException();
        assertThatThrownBy(() -> exchanges.delete("amq.\nx", false, ACCESS))
                .hasMessage("ACCESS_REFUSED - deletion of system exchange 'amq.x' in vhost '/' not allowed");
    }

    private void declare(ExchangeDeclare method) {
        exchanges.declare(method, ACCESS);
    }

    private static ExchangeDeclare passive(String name, String type) {
        return new ExchangeDeclare(name, type, true, false, false, false, false, FieldTable.EMPTY);
    }

    private static FieldTable alternate(FieldValue value) {
        return FieldTable.builder().put("alternate-exchange", value).build();
    }

    private static String inequivalent(String argument, String values) {
        return "PRECONDITION_FAILED - inequivalent arg '" + argument + "' for exchange 'x' in vhost '/': received "
                + values;
    }
}
