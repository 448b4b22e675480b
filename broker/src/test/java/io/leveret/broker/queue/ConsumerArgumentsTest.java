package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may stand in the arguments of a consumer; the texts are those of a running RabbitMQ 4.3. */
final class ConsumerArgumentsTest {

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource
    void refusesAValueInRabbitMqsWords(String argument, FieldValue value, String problem) {
        assertThatThrownBy(() -> check("classic", argument, value))
                .isInstanceOf(AmqpException.class)
                .hasMessage(
                        "PRECONDITION_FAILED - invalid arg '" + argument + "' for queue 'q' in vhost '/': " + problem);
    }

    static Stream<Arguments> refusesAValueInRabbitMqsWords() {
        return Stream.of(
                arguments("x-priority", FieldValue.of("5"), "\"expected integer, got longstr\""),
                arguments("x-priority", new FieldValue.Float64(1.5), "\"expected integer, got double\""),
                arguments("x-priority", FieldValue.of(true), "\"expected integer, got bool\""),
                arguments("x-priority", new FieldValue.Void(), "\"expected integer, got void\""),
                arguments("x-priority", new FieldValue.Timestamp(5), "\"expected integer, got timestamp\""),
                arguments("x-consumer-timeout", FieldValue.of(-1), "{value_negative,-1}"),
                arguments("x-consumer-timeout", FieldValue.of("a"), "\"expected integer, got longstr\""));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -5, 1L << 62, Long.MIN_VALUE})
    void takesAnyIntegerForAPriority(long priority) {
        FieldTable arguments = FieldTable.builder().put("x-priority", priority).build();

        ConsumerArguments.check(queue("classic"), arguments);

        assertThat(ConsumerArguments.priority(arguments)).isEqualTo(priority);
    }

    @Test
    void thePriorityIsZeroUnlessTheArgumentsSayOtherwise() {
        assertThat(ConsumerArguments.priority(FieldTable.EMPTY)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-stream-offset", "x-stream-filter", "x-stream-match-unfiltered"})
    void refusesWhatOnlyStreamsKnow(String argument) {
        assertThatThrownBy(() -> check("classic", argument, FieldValue.of("first")))
                .hasMessage("PRECONDITION_FAILED - invalid arg '" + argument
                        + "' for queue 'q' in vhost '/' of queue type rabbit_classic_queue");
        assertThatThrownBy(() -> check("quorum", argument, FieldValue.of("first")))
                .hasMessageEndingWith(" of queue type rabbit_quorum_queue");
    }

    @Test
    void looksAtValuesBeforeItLooksForStrangers() {
        FieldTable arguments = FieldTable.builder()
                .put("x-stream-offset", "first")
                .put("x-priority", "a")
                .build();

        assertThatThrownBy(() -> ConsumerArguments.check(queue("classic"), arguments))
                .hasMessageContaining("invalid arg 'x-priority'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-cancel-on-ha-failover", "x-unknown", "x-credit"})
    void ignoresWhatItDoesNotKnow(String argument) {
        assertThatCode(() -> check("classic", argument, FieldValue.of(5))).doesNotThrowAnyException();
    }

    private static void check(String type, String argument, FieldValue value) {
        ConsumerArguments.check(
                queue(type), FieldTable.builder().put(argument, value).build());
    }

    private static Queue queue(String type) {
        FieldTable arguments = FieldTable.builder().put("x-queue-type", type).build();
        return new Queue(new QueueDeclaration("q", "/", true, false, null, arguments), () -> {});
    }
}
