package io.leveret.broker.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransactionHeadersTest {

    private static final byte[] NO_BODY = {};

    private static BasicProperties with(FieldTable.Builder headers) {
        return BasicProperties.builder().headers(headers.build()).build();
    }

    private static BasicProperties with(String name, FieldValue value) {
        return with(FieldTable.builder().put(name, value));
    }

    private static Message message(BasicProperties properties, byte[] body) {
        return new Message(new Address("x", "k"), properties, body);
    }

    private static void refuses(BasicProperties properties, byte[] body, String text) {
        assertThatThrownBy(() -> TransactionHeaders.check(properties, body))
                .hasMessage("PRECONDITION_FAILED - " + text);
    }

    private static void refuses(String name, FieldValue value, String text) {
        refuses(with(name, value), NO_BODY, text);
        assertThat(CheckRules.USUAL.withWhatIsRight(with(name, value))).isEqualTo(CheckRules.USUAL);
    }

    @Test
    void findsNothingInAMessageWithoutHeaders() {
        TransactionHeaders.check(BasicProperties.EMPTY, NO_BODY);

        assertThat(TransactionHeaders.id(message(BasicProperties.EMPTY, NO_BODY)))
                .isNull();
        assertThat(TransactionHeaders.decision(message(BasicProperties.EMPTY, NO_BODY)))
                .isNull();
    }

    @Test
    void takesAnIdOfOneTo255Octets() {
        for (String id : new String[] {"a", "a".repeat(255), "ä".repeat(127)}) {
            BasicProperties properties = with("x-tx-id", FieldValue.of(id));
            TransactionHeaders.check(properties, NO_BODY);
            assertThat(TransactionHeaders.id(message(properties, NO_BODY))).isEqualTo(id);
        }
    }

    @Test
    void tellsIdsApartThatAreNotUtf8() {
        Message one = message(with("x-tx-id", new FieldValue.LongString(new byte[] {(byte) 0xFE})), NO_BODY);
        Message other = message(with("x-tx-id", new FieldValue.LongString(new byte[] {(byte) 0xFF})), NO_BODY);

        assertThat(TransactionHeaders.id(one)).isNotNull().isNotEqualTo(TransactionHeaders.id(other));
    }

    @Test
    void refusesAnIdThatIsNone() {
        refuses("x-tx-id", FieldValue.of(7), "invalid message: {unacceptable_type_in_header,\"x-tx-id\",signedint}");
        refuses("x-tx-id", FieldValue.of(""), "invalid message: 'x-tx-id' of 0 octets, expected 1 to 255");
        refuses(
                "x-tx-id",
                FieldValue.of("ä".repeat(128)),
                "invalid message: 'x-tx-id' of 256 octets, expected 1 to 255");
        assertThat(TransactionHeaders.id(message(with("x-tx-id", FieldValue.of(7)), NO_BODY)))
                .isNull();
    }

    @Test
    void takesBothDecisions() {
        for (Decision decision : new Decision[] {Decision.COMMIT, Decision.ROLLBACK}) {
            BasicProperties properties =
                    with(FieldTable.builder().put("x-tx-id", "t").put("x-tx-state", decision.wireName()));
            TransactionHeaders.check(properties, NO_BODY);
            assertThat(TransactionHeaders.decision(message(properties, NO_BODY)))
                    .isEqualTo(decision);
        }
    }

    @Test
    void refusesADecisionThatIsNone() {
        refuses(
                with(FieldTable.builder().put("x-tx-id", "t").put("x-tx-state", "unresolved")),
                NO_BODY,
                "invalid x-tx-state 'unresolved': expected commit or rollback");
        refuses(
                with(FieldTable.builder().put("x-tx-id", "t").put("x-tx-state", true)),
                NO_BODY,
                "invalid message: {unacceptable_type_in_header,\"x-tx-state\",bool}");
        refuses("x-tx-state", FieldValue.of("commit"), "invalid message: 'x-tx-state' without 'x-tx-id'");
        refuses(
                with(FieldTable.builder().put("x-tx-id", "t").put("x-tx-state", "commit")),
                new byte[3],
                "invalid message: 'x-tx-state' with a body of 3 octets, expected none");
    }

    /** It comes by way of another exchange, so that there is nobody to refuse it to. */
    @Test
    void findsAHalfMessageWhereTheDecisionIsWrong() {
        BasicProperties wrong = with(FieldTable.builder().put("x-tx-id", "t").put("x-tx-state", "maybe"));
        BasicProperties long3 = with(FieldTable.builder().put("x-tx-id", "t").put("x-tx-state", "commit"));

        assertThat(TransactionHeaders.decision(message(wrong, NO_BODY))).isNull();
        assertThat(TransactionHeaders.id(message(wrong, NO_BODY))).isEqualTo("t");
        assertThat(TransactionHeaders.decision(message(long3, new byte[3]))).isNull();
    }

    @Test
    void takesRulesOfAnyWidthAndInDigits() {
        FieldTable.Builder headers = FieldTable.builder()
                .put("x-tx-timeout", "0")
                .put("x-tx-check", "checks")
                .put("x-tx-check-interval", new FieldValue.UInt8(200))
                .put("x-tx-check-max", 1_000_000L);

        assertThat(CheckRules.USUAL.with(with(headers))).isEqualTo(new CheckRules(0, "checks", 200, 1_000_000));
    }

    @Test
    void takesFromTheExchangeWhatTheMessageLeavesOut() {
        CheckRules defaults = CheckRules.of(FieldTable.builder()
                .put("x-tx-check", "checks")
                .put("x-tx-timeout", 5)
                .build());

        assertThat(defaults).isEqualTo(new CheckRules(5, "checks", 30_000, 15));
        assertThat(defaults.with(with("x-tx-timeout", FieldValue.of(7))))
                .isEqualTo(new CheckRules(7, "checks", 30_000, 15));
        assertThat(defaults.with(BasicProperties.EMPTY)).isSameAs(defaults);
    }

    @Test
    void refusesRulesThatAreNone() {
        refuses("x-tx-timeout", FieldValue.of("soon"), "invalid x-tx-timeout 'soon': no_integer");
        refuses("x-tx-timeout", FieldValue.of(-1), "invalid x-tx-timeout '-1': {value_negative,-1}");
        refuses(
                "x-tx-timeout",
                FieldValue.of("315360000001"),
                "invalid x-tx-timeout '315360000001': {value_too_large,315360000001}");
        refuses("x-tx-check-interval", FieldValue.of(0), "invalid x-tx-check-interval '0': {value_zero,0}");
        refuses(
                "x-tx-check-max",
                FieldValue.of(1_000_001),
                "invalid x-tx-check-max '1000001': {value_too_large,1000001}");
        refuses(
                "x-tx-check-max",
                FieldValue.of(true),
                "invalid message: {unacceptable_type_in_header,\"x-tx-check-max\",bool}");
        refuses(
                "x-tx-check",
                FieldValue.of(1),
                "invalid message: {unacceptable_type_in_header,\"x-tx-check\",signedint}");
        refuses(
                "x-tx-check",
                FieldValue.of("q".repeat(256)),
                "invalid message: 'x-tx-check' of 256 octets, expected at most 255");
    }

    @Test
    void keepsWhatIsRightBesideWhatIsWrong() {
        FieldTable.Builder headers =
                FieldTable.builder().put("x-tx-timeout", "soon").put("x-tx-check", "checks");

        assertThat(CheckRules.USUAL.withWhatIsRight(with(headers)))
                .isEqualTo(new CheckRules(6_000, "checks", 30_000, 15));
    }

    @Test
    void asksWithWhatTheHalfMessageHasButForWhatWouldActOnTheRequest() {
        BasicProperties properties = BasicProperties.builder()
                .messageId("m")
                .expiration("5")
                .deliveryMode(2)
                .headers(FieldTable.builder()
                        .put("x-tx-id", "t")
                        .put("CC", List.of(FieldValue.of("elsewhere")))
                        .put("mine", 1)
                        .build())
                .build();

        Message request = CheckRequest.of(message(properties, new byte[] {1}), "x", "checks", 3);

        assertThat(request.address().exchange()).isEmpty();
        assertThat(request.address().routingKey()).isEqualTo("checks");
        assertThat(request.body()).containsExactly(1);
        assertThat(request.properties().messageId()).isEqualTo("m");
        assertThat(request.properties().expiration()).isNull();
        assertThat(request.properties().persistent()).isTrue();
        assertThat(request.properties().headers())
                .isEqualTo(FieldTable.builder()
                        .put("x-tx-id", "t")
                        .put("mine", 1)
                        .put("x-tx-exchange", "x")
                        .put("x-tx-routing-key", "k")
                        .put("x-tx-check-count", 3)
                        .build());
    }
}
