package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.auth.User;
import io.leveret.broker.message.RoutingKeys;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may stand in the properties of a message; the texts are those of a running RabbitMQ 4.3. */
final class MessageChecksTest {

    private static final User GUEST = new User("guest", List.of("administrator"));

    @ParameterizedTest
    @ValueSource(strings = {"0", "1000", "0010", "+5", "-0", "315360000000"})
    void takesAnExpirationOfUpToTenYears(String expiration) {
        assertThatCode(() -> MessageChecks.ttlMs(expiration)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource
    void refusesAnExpirationInRabbitMqsWords(String expiration, String problem) {
        assertThatThrownBy(() -> MessageChecks.ttlMs(expiration))
                .isInstanceOf(AmqpException.class)
                .hasMessage("PRECONDITION_FAILED - invalid expiration '" + expiration + "': " + problem);
    }

    static Stream<Arguments> refusesAnExpirationInRabbitMqsWords() {
        return Stream.of(
                arguments("", "no_integer"),
                arguments("abc", "no_integer"),
                arguments(" 5", "no_integer"),
                arguments("-", "no_integer"),
                arguments("--5", "no_integer"),
                arguments("+-5", "no_integer"),
                arguments("\u0663", "no_integer"),
                arguments("10x", "{leftover_string,\"x\"}"),
                arguments("1.5", "{leftover_string,\".5\"}"),
                arguments("1e3", "{leftover_string,\"e3\"}"),
                arguments("-5x", "{leftover_string,\"x\"}"),
                arguments("5\"\\\n", "{leftover_string,\"\\\"\\\\\\n\"}"),
                arguments("-1", "{value_negative,-1}"),
                arguments("-99999999999999999999", "{value_negative,-99999999999999999999}"),
                arguments("315360000001", "{value_too_large,315360000001}"),
                arguments("99999999999999999999", "{value_too_large,99999999999999999999}"));
    }

    @Test
    void aMessageNamesItsUserOrNobody() {
        assertThatCode(() -> MessageChecks.checkUserId(null, GUEST)).doesNotThrowAnyException();
        assertThatCode(() -> MessageChecks.checkUserId("guest", GUEST)).doesNotThrowAnyException();
        assertThatThrownBy(() -> MessageChecks.checkUserId("other", GUEST))
                .hasMessage("PRECONDITION_FAILED - user_id property set to 'other' but authenticated user was 'guest'");
        assertThatThrownBy(() -> MessageChecks.checkUserId("", GUEST))
                .hasMessage("PRECONDITION_FAILED - user_id property set to '' but authenticated user was 'guest'");
    }

    @Test
    void anImpersonatorNamesAnybody() {
        User proxy = new User("proxy", List.of("impersonator"));

        assertThatCode(() -> MessageChecks.checkUserId("other", proxy)).doesNotThrowAnyException();
    }

    @Test
    void goesToItsOwnKeyAndThoseInCcAndBcc() {
        FieldTable headers = FieldTable.builder()
                .put("BCC", List.of(FieldValue.of("c")))
                .put("CC", List.of(FieldValue.of("a"), FieldValue.of(5), FieldValue.of("b")))
                .put("cc", "not this one")
                .build();

        assertThat(RoutingKeys.of("k", headers)).containsExactly("k", "a", "b", "c");
        assertThat(RoutingKeys.of("k", FieldTable.EMPTY)).containsExactly("k");
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource
    void refusesKeysThatAreNoArray(String header, FieldValue value, String type) {
        FieldTable headers = FieldTable.builder().put(header, value).build();

        assertThatThrownBy(() -> RoutingKeys.of("k", headers))
                .hasMessage("PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,\"" + header + "\","
                        + type + "}");
    }

    static Stream<Arguments> refusesKeysThatAreNoArray() {
        return Stream.of(
                arguments("CC", FieldValue.of(5), "signedint"),
                arguments("CC", FieldValue.of("a"), "longstr"),
                arguments("CC", FieldValue.of(FieldTable.EMPTY), "table"),
                arguments("CC", new FieldValue.Void(), "void"),
                arguments("BCC", FieldValue.of("a"), "longstr"));
    }

    @Test
    void complainsOfCcBeforeBcc() {
        FieldTable headers = FieldTable.builder().put("BCC", 5).put("CC", 5).build();

        assertThatThrownBy(() -> RoutingKeys.of("k", headers)).hasMessageContaining("\"CC\"");
    }

    @Test
    void consumersDoNotSeeBcc() {
        FieldTable headers = FieldTable.builder()
                .put("BCC", List.of(FieldValue.of("b")))
                .put("CC", List.of(FieldValue.of("a")))
                .build();
        BasicProperties sent = BasicProperties.builder().headers(headers).build();

        FieldTable seen = RoutingKeys.withoutBcc(sent, headers).headers();

        assertThat(seen.entries()).containsOnlyKeys("CC");
    }
}
