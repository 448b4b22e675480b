package io.leveret.broker.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import org.junit.jupiter.api.Test;

class DelayHeadersTest {

    private static final long NOW_MS = 5_000_000_000L;

    private static BasicProperties with(String name, FieldValue value) {
        return BasicProperties.builder()
                .headers(FieldTable.builder().put(name, value).build())
                .build();
    }

    private static Message message(BasicProperties properties, int bodyLength) {
        return new Message(new Address("x", "k"), properties, new byte[bodyLength]);
    }

    private static long due(String name, FieldValue value) {
        BasicProperties properties = with(name, value);
        DelayHeaders.check(properties, new byte[0], NOW_MS);
        return DelayHeaders.dueMs(message(properties, 0), NOW_MS);
    }

    private static void refuses(String name, FieldValue value, String text) {
        BasicProperties properties = with(name, value);
        assertThatThrownBy(() -> DelayHeaders.check(properties, new byte[0], NOW_MS))
                .hasMessageContaining("PRECONDITION_FAILED")
                .hasMessageContaining(text);
        assertThat(DelayHeaders.dueMs(message(properties, 0), NOW_MS)).isEqualTo(DelayHeaders.NOW);
    }

    @Test
    void takesADelayOfAnyWidthAndInDigits() {
        assertThat(due("x-delay", FieldValue.of(7))).isEqualTo(NOW_MS + 7);
        assertThat(due("x-delay", FieldValue.of(7L))).isEqualTo(NOW_MS + 7);
        assertThat(due("x-delay", new FieldValue.UInt8(200))).isEqualTo(NOW_MS + 200);
        assertThat(due("x-delay", FieldValue.of("7"))).isEqualTo(NOW_MS + 7);
        assertThat(due("x-delay", FieldValue.of("+7"))).isEqualTo(NOW_MS + 7);
        assertThat(due("x-delay", new FieldValue.Float64(7.9))).isEqualTo(NOW_MS + 7);
        assertThat(due("x-delay", FieldValue.of(4_294_967_295L))).isEqualTo(NOW_MS + 4_294_967_295L);
    }

    @Test
    void takesNoDelayForNow() {
        assertThat(due("x-delay", FieldValue.of(0))).isEqualTo(DelayHeaders.NOW);
        assertThat(due("x-delay", FieldValue.of(Long.MIN_VALUE))).isEqualTo(DelayHeaders.NOW);
        assertThat(due("x-delay", FieldValue.of("-99999999999999999999999"))).isEqualTo(DelayHeaders.NOW);
        assertThat(due("x-deliver-at", FieldValue.of(NOW_MS))).isEqualTo(DelayHeaders.NOW);
    }

    @Test
    void takesAnyTimeOfTheNextTenYears() {
        long furthestMs = NOW_MS + DelayHeaders.FURTHEST_AHEAD_MS;
        assertThat(due("x-deliver-at", FieldValue.of(NOW_MS + 1))).isEqualTo(NOW_MS + 1);
        assertThat(due("x-deliver-at", FieldValue.of(furthestMs))).isEqualTo(furthestMs);
        refuses(
                "x-deliver-at",
                FieldValue.of(furthestMs + 1),
                "invalid x-deliver-at '" + (furthestMs + 1) + "': {value_too_large," + (furthestMs + 1) + "}");
        refuses("x-deliver-at", FieldValue.of("99999999999999999999999"), "{value_too_large,99999999999999999999999}");
        refuses("x-deliver-at", new FieldValue.Float64(1e30), "{value_too_large,");
    }

    @Test
    void takesAnyTimeOfThePastForNow() {
        assertThat(due("x-deliver-at", FieldValue.of(-1))).isEqualTo(DelayHeaders.NOW);
        assertThat(due("x-deliver-at", FieldValue.of("-99999999999999999999999")))
                .isEqualTo(DelayHeaders.NOW);
    }

    @Test
    void refusesWhatIsNoNumberOrTooLarge() {
        refuses("x-delay", FieldValue.of(true), "invalid message: {unacceptable_type_in_header,\"x-delay\",bool}");
        refuses("x-delay", FieldValue.of("soon"), "invalid x-delay 'soon': no_integer");
        refuses("x-delay", FieldValue.of("5s"), "invalid x-delay '5s': {leftover_string,\"s\"}");
        refuses("x-delay", FieldValue.of(4_294_967_296L), "{value_too_large,4294967296}");
        refuses("x-delay", new FieldValue.Float64(Double.NaN), "unacceptable_type_in_header");
        refuses(
                "x-deliver-at",
                new FieldValue.Timestamp(1),
                "{unacceptable_type_in_header,\"x-deliver-at\",timestamp}");
        refuses("x-cancel", FieldValue.of("yes"), "{unacceptable_type_in_header,\"x-cancel\",longstr}");
        refuses("x-cancel", FieldValue.of(true), "invalid message: 'x-cancel' without a message_id");
    }

    @Test
    void refusesACancelWithABody() {
        BasicProperties cancel = with("x-cancel", FieldValue.of(true)).toBuilder()
                .messageId("id")
                .build();
        DelayHeaders.check(cancel, new byte[0], NOW_MS);
        assertThat(DelayHeaders.dueMs(message(cancel, 0), NOW_MS)).isEqualTo(DelayHeaders.CANCELS);
        assertThatThrownBy(() -> DelayHeaders.check(cancel, new byte[3], NOW_MS))
                .hasMessageContaining("3 octets");
    }

    @Test
    void negatesADelayOfAnyType() {
        assertThat(negated(FieldValue.of(7L))).isEqualTo(FieldValue.of(-7));
        assertThat(negated(FieldValue.of("7"))).isEqualTo(FieldValue.of(-7));
        assertThat(negated(new FieldValue.UInt8(200))).isEqualTo(FieldValue.of(-200));
        assertThat(negated(FieldValue.of(4_294_967_295L))).isEqualTo(FieldValue.of(-4_294_967_295L));
        assertThat(negated(FieldValue.of(-7))).isEqualTo(FieldValue.of(-7));
    }

    private static Object negated(FieldValue delay) {
        Message message = new Message(new Address("x", "k"), with("x-delay", delay), new byte[0]);
        FieldValue value = DelayHeaders.due(message).properties().headers().get("x-delay");
        return value == null ? "gone" : value;
    }

    @Test
    void takesWhatHasABodyForAMessageAlsoIfItAsksToCancel() {
        BasicProperties both = BasicProperties.builder()
                .messageId("order")
                .headers(FieldTable.builder()
                        .put("x-cancel", FieldValue.of(true))
                        .put("x-delay", 7)
                        .build())
                .build();
        assertThat(DelayHeaders.dueMs(message(both, 0), NOW_MS)).isEqualTo(DelayHeaders.CANCELS);
        assertThat(DelayHeaders.dueMs(message(both, 10), NOW_MS)).isEqualTo(NOW_MS + 7);
    }

    @Test
    void takesAnyNumberOfLeadingZeros() {
        assertThat(due("x-delay", FieldValue.of("0".repeat(60) + "5"))).isEqualTo(NOW_MS + 5);
        assertThat(due("x-delay", FieldValue.of("-" + "0".repeat(60) + "5"))).isEqualTo(DelayHeaders.NOW);
    }
}
