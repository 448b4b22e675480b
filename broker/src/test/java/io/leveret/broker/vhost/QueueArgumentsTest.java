package io.leveret.broker.vhost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.queue.QueueArgument;
import io.leveret.broker.queue.QueueType;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may stand in the arguments of a queue; the texts are those of a running RabbitMQ 4.3. */
final class QueueArgumentsTest {

    private static final String SUBJECT = "queue 'q' in vhost '/'";

    private static final FieldValue TEXT = FieldValue.of("a");
    private static final FieldValue NUMBER = FieldValue.of(5);
    private static final FieldValue TEN_YEARS = FieldValue.of(315_360_000_000L);
    private static final FieldValue MORE_THAN_TEN_YEARS = FieldValue.of(315_360_000_001L);

    @ParameterizedTest(name = "{0} {1} = {2}")
    @MethodSource
    void refusesAValueInRabbitMqsWords(QueueType type, String argument, FieldValue value, String problem) {
        assertThatThrownBy(() -> check(type, argument, value))
                .isInstanceOf(AmqpException.class)
                .hasMessage("PRECONDITION_FAILED - invalid arg '" + argument + "' for " + SUBJECT + ": " + problem);
    }

    static Stream<Arguments> refusesAValueInRabbitMqsWords() {
        return Stream.of(
                classic("x-expires", FieldValue.of(0), "{value_zero,0}"),
                classic("x-expires", FieldValue.of(-1), "{value_negative,-1}"),
                classic("x-expires", MORE_THAN_TEN_YEARS, "{value_too_large,315360000001}"),
                classic("x-expires", TEXT, "\"expected integer, got longstr\""),
                classic("x-message-ttl", FieldValue.of(-1), "{value_negative,-1}"),
                classic("x-message-ttl", MORE_THAN_TEN_YEARS, "{value_too_large,315360000001}"),
                classic("x-dead-letter-routing-key", NUMBER, "{unacceptable_type,signedint}"),
                classic("x-dead-letter-routing-key", TEXT, "routing_key_but_no_dlx_defined"),
                classic("x-max-length", FieldValue.of(-1), "{value_negative,-1}"),
                classic("x-max-length", FieldValue.of(Long.MIN_VALUE), "{value_negative,-9223372036854775808}"),
                classic("x-max-length-bytes", FieldValue.of(-1), "{value_negative,-1}"),
                classic("x-max-length-bytes", TEXT, "\"expected integer, got longstr\""),
                classic("x-max-priority", FieldValue.of(-1), "{value_negative,-1}"),
                classic("x-max-priority", FieldValue.of(256), "{max_value_exceeded,256}"),
                classic("x-overflow", TEXT, "invalid_overflow"),
                classic("x-overflow", NUMBER, "{unacceptable_type,signedint}"),
                classic("x-queue-version", FieldValue.of(-1), "{value_negative,-1}"),
                classic("x-queue-version", FieldValue.of(0), "\"unsupported queue version '0'\""),
                classic("x-queue-version", FieldValue.of(3), "\"unsupported queue version '3'\""),
                classic("x-queue-version", TEXT, "\"expected integer, got longstr\""),
                classic("x-single-active-consumer", FieldValue.of("true"), "{unacceptable_type,longstr}"),
                classic("x-single-active-consumer", FieldValue.of(1), "{unacceptable_type,signedint}"),
                classic("x-queue-leader-locator", TEXT, "invalid_queue_locator_arg"),
                classic("x-queue-leader-locator", NUMBER, "{unacceptable_type,signedint}"),
                classic("x-group-by", FieldValue.of("a".repeat(256)), "invalid_group_by"),
                classic("x-group-by", FieldValue.of("\u00e9".repeat(128)), "invalid_group_by"),
                classic("x-group-by", FieldValue.of(""), "invalid_group_by"),
                classic("x-group-by", NUMBER, "{unacceptable_type,signedint}"),
                quorum("x-group-by", FieldValue.of("a".repeat(256)), "invalid_group_by"),
                quorum("x-dead-letter-strategy", TEXT, "invalid_dlx_strategy"),
                quorum("x-dead-letter-strategy", NUMBER, "{unacceptable_type,signedint}"),
                quorum("x-max-in-memory-length", FieldValue.of(-1), "{value_negative,-1}"),
                quorum("x-max-in-memory-bytes", FieldValue.of(-1), "{value_negative,-1}"),
                quorum("x-quorum-initial-group-size", FieldValue.of(0), "{value_zero,0}"),
                quorum("x-quorum-initial-group-size", FieldValue.of(-2), "{value_negative,-2}"),
                quorum("x-consumer-timeout", FieldValue.of(-1), "{value_negative,-1}"),
                quorum("x-consumer-disconnected-timeout", TEXT, "\"expected integer, got longstr\""));
    }

    @ParameterizedTest
    @MethodSource
    void refusesWhatIsNoIntegerByTheNameOfItsType(FieldValue value, String type) {
        assertThatThrownBy(() -> check(QueueType.CLASSIC, "x-message-ttl", value))
                .hasMessageEndingWith(": \"expected integer, got " + type + "\"");
    }

    static Stream<Arguments> refusesWhatIsNoIntegerByTheNameOfItsType() {
        return Stream.of(
                arguments(FieldValue.of("1"), "longstr"),
                arguments(new FieldValue.Float64(1.5), "double"),
                arguments(new FieldValue.Float32(0), "float"),
                arguments(FieldValue.of(true), "bool"),
                arguments(new FieldValue.Void(), "void"),
                arguments(new FieldValue.Timestamp(5), "timestamp"),
                arguments(new FieldValue.Decimal(0, 5), "decimal"),
                arguments(FieldValue.of(List.of()), "array"),
                arguments(FieldValue.of(FieldTable.EMPTY), "table"),
                arguments(new FieldValue.Bytes(new byte[] {'a'}), "binary"));
    }

    @ParameterizedTest(name = "{0} {1} = {2}")
    @MethodSource
    void accepts(QueueType type, String argument, FieldValue value) {
        assertThatCode(() -> check(type, argument, value)).doesNotThrowAnyException();
    }

    static Stream<Arguments> accepts() {
        FieldValue largest = FieldValue.of(Long.MAX_VALUE);
        return Stream.of(
                        accepted(
                                QueueType.CLASSIC,
                                "x-message-ttl",
                                FieldValue.of(0),
                                TEN_YEARS,
                                new FieldValue.Int8(5)),
                        accepted(QueueType.CLASSIC, "x-message-ttl", new FieldValue.UInt8(5), new FieldValue.Int16(5)),
                        accepted(
                                QueueType.CLASSIC, "x-message-ttl", new FieldValue.UInt16(5), new FieldValue.UInt32(5)),
                        accepted(QueueType.CLASSIC, "x-expires", FieldValue.of(1), TEN_YEARS),
                        accepted(QueueType.CLASSIC, "x-max-length", FieldValue.of(0), largest),
                        accepted(QueueType.CLASSIC, "x-max-length-bytes", FieldValue.of(0), largest),
                        accepted(QueueType.CLASSIC, "x-max-priority", FieldValue.of(0), FieldValue.of(255)),
                        accepted(QueueType.CLASSIC, "x-overflow", FieldValue.of("drop-head")),
                        accepted(QueueType.CLASSIC, "x-overflow", FieldValue.of("reject-publish-dlx")),
                        accepted(QueueType.CLASSIC, "x-single-active-consumer", FieldValue.of(false)),
                        accepted(QueueType.CLASSIC, "x-queue-leader-locator", FieldValue.of("client-local")),
                        accepted(QueueType.CLASSIC, "x-queue-leader-locator", FieldValue.of("min-masters")),
                        accepted(QueueType.QUORUM, "x-queue-leader-locator", FieldValue.of("least-leaders")),
                        accepted(QueueType.CLASSIC, "x-unknown", NUMBER, TEXT),
                        accepted(QueueType.CLASSIC, "x-group-by", FieldValue.of("a".repeat(255))),
                        accepted(QueueType.QUORUM, "x-delivery-limit", NUMBER, FieldValue.of(-1), TEXT),
                        accepted(QueueType.QUORUM, "x-delayed-retry-type", FieldValue.of("all")),
                        accepted(QueueType.QUORUM, "x-dead-letter-strategy", FieldValue.of("at-least-once")),
                        // What RabbitMQ 4.3 refuses and earlier ones took, or took on quorum queues alone.
                        accepted(QueueType.CLASSIC, "x-queue-mode", FieldValue.of("lazy"), NUMBER),
                        accepted(QueueType.CLASSIC, "x-queue-version", FieldValue.of(1), FieldValue.of(2L)),
                        accepted(QueueType.CLASSIC, "x-queue-master-locator", FieldValue.of("min-masters")),
                        accepted(QueueType.CLASSIC, "x-delivery-limit", NUMBER),
                        accepted(QueueType.CLASSIC, "x-consumer-timeout", NUMBER),
                        accepted(QueueType.CLASSIC, "x-delayed-retry-min", NUMBER))
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-max-age",
                "x-stream-max-segment-size-bytes",
                "x-stream-filter-size-bytes",
                "x-initial-cluster-size",
                "x-quorum-initial-group-size",
                "x-dead-letter-strategy",
                "x-max-in-memory-length",
                "x-max-in-memory-bytes",
                "x-consumer-disconnected-timeout"
            })
    void aClassicQueueRefusesWhatOnlyOtherTypesKnow(String argument) {
        assertThatThrownBy(() -> check(QueueType.CLASSIC, argument, TEXT))
                .hasMessage("PRECONDITION_FAILED - invalid arg '" + argument + "' for " + SUBJECT
                        + " of queue type rabbit_classic_queue");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-max-priority", "x-queue-mode", "x-queue-version", "x-queue-master-locator", "x-max-age"})
    void aQuorumQueueRefusesWhatOnlyOtherTypesKnow(String argument) {
        assertThatThrownBy(() -> check(QueueType.QUORUM, argument, NUMBER))
                .hasMessage("PRECONDITION_FAILED - invalid arg '" + argument + "' for " + SUBJECT
                        + " of queue type rabbit_quorum_queue");
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource
    void refusesATypeThatItDoesNotHave(FieldValue value, String problem) {
        FieldTable arguments = FieldTable.builder()
                .put("x-queue-type", value)
                .put("x-expires", 0)
                .build();

        assertThatThrownBy(() -> QueueArguments.check(arguments, SUBJECT))
                .hasMessage("PRECONDITION_FAILED - invalid arg 'x-queue-type' for " + SUBJECT + ": " + problem);
    }

    static Stream<Arguments> refusesATypeThatItDoesNotHave() {
        return Stream.of(
                arguments(FieldValue.of("nonsense"), "\"unsupported queue type 'nonsense'\""),
                arguments(FieldValue.of("Classic"), "\"unsupported queue type 'Classic'\""),
                arguments(FieldValue.of("q\"x\n"), "\"unsupported queue type 'q\\\"x\\n'\""),
                arguments(FieldValue.of("stream"), "\"unsupported queue type 'stream'\""),
                arguments(FieldValue.of(5), "{unacceptable_type,signedint}"));
    }

    @ParameterizedTest
    @EnumSource
    void namesTheFirstFaultInRabbitMqsOrderWhateverTheOrderSent(QueueType type) {
        List<Fault> faults = Stream.of(
                        new Fault("x-expires", FieldValue.of(0)),
                        new Fault("x-message-ttl", TEXT),
                        new Fault("x-dead-letter-routing-key", NUMBER),
                        new Fault("x-dead-letter-strategy", NUMBER),
                        new Fault("x-max-length", TEXT),
                        new Fault("x-max-length-bytes", TEXT),
                        new Fault("x-max-in-memory-length", TEXT),
                        new Fault("x-max-in-memory-bytes", TEXT),
                        new Fault("x-max-priority", TEXT),
                        new Fault("x-overflow", TEXT),
                        new Fault("x-queue-version", TEXT),
                        new Fault("x-single-active-consumer", TEXT),
                        new Fault("x-quorum-initial-group-size", TEXT),
                        new Fault("x-queue-leader-locator", TEXT),
                        // Not this type's, so it counts after all wrong values.
                        new Fault("x-max-age", TEXT))
                .filter(fault -> fault.isKnownTo(type) || fault.argument().equals("x-max-age"))
                .toList();

        for (Fault first : faults) {
            for (Fault second : faults.subList(faults.indexOf(first) + 1, faults.size())) {
                assertThat(named(type, first, second)).isEqualTo(first.argument());
                assertThat(named(type, second, first)).isEqualTo(first.argument());
            }
        }
    }

    @Test
    void namesTheFirstSentOfTheArgumentsThatTheTypeDoesNotKnow() {
        Fault maxAge = new Fault("x-max-age", TEXT);
        Fault clusterSize = new Fault("x-initial-cluster-size", TEXT);

        assertThat(named(QueueType.CLASSIC, maxAge, clusterSize)).isEqualTo("x-max-age");
        assertThat(named(QueueType.CLASSIC, clusterSize, maxAge)).isEqualTo("x-initial-cluster-size");
    }

    @Test
    void readsTheDeadLetterExchangeAsAName() {
        FieldTable named =
                FieldTable.builder().put("x-dead-letter-exchange", "").build();
        FieldTable numbered =
                FieldTable.builder().put("x-dead-letter-exchange", 5).build();

        assertThat(QueueArguments.deadLetterExchange(named, SUBJECT)).isEmpty();
        assertThat(QueueArguments.deadLetterExchange(FieldTable.EMPTY, SUBJECT)).isNull();
        assertThatThrownBy(() -> QueueArguments.deadLetterExchange(numbered, SUBJECT))
                .hasMessage("PRECONDITION_FAILED - invalid type 'signedint' for arg 'x-dead-letter-exchange' in "
                        + SUBJECT);
    }

    @Test
    void takesADeadLetterRoutingKeyWithAnExchange() {
        FieldTable arguments = FieldTable.builder()
                .put("x-dead-letter-routing-key", "k")
                .put("x-dead-letter-exchange", "")
                .build();

        assertThatCode(() -> QueueArguments.check(arguments, SUBJECT)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "undefined", "classic"})
    void keepsTheTypeAmongTheArguments(String sent) {
        FieldTable received = FieldTable.builder().put("x-queue-type", sent).build();

        assertThat(QueueArguments.withType(received))
                .isEqualTo(QueueArguments.withType(FieldTable.EMPTY))
                .isEqualTo(FieldTable.builder().put("x-queue-type", "classic").build());
    }

    @Test
    void namesAClassicQueueAlone() {
        assertThatCode(() -> QueueArguments.requireServerNaming(FieldTable.EMPTY))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> QueueArguments.requireServerNaming(ofType("quorum")))
                .hasMessage("PRECONDITION_FAILED - Cannot declare a server-named queue for type rabbit_quorum_queue");
        assertThatThrownBy(() -> QueueArguments.requireServerNaming(ofType("foo")))
                .hasMessage("PRECONDITION_FAILED - unknown queue type 'foo'");
    }

    @ParameterizedTest
    @EnumSource
    void everyArgumentIsFoundByItsName(QueueArgument argument) {
        assertThat(QueueArgument.byName(argument.wireName())).isSameAs(argument);
    }

    private record Fault(String argument, FieldValue value) {

        boolean isKnownTo(QueueType type) {
            return type.arguments().contains(QueueArgument.byName(argument));
        }
    }

    /** The argument that the refusal of the two names. */
    private static String named(QueueType type, Fault first, Fault second) {
        FieldTable arguments = FieldTable.builder()
                .put(first.argument(), first.value())
                .put(second.argument(), second.value())
                .put("x-queue-type", type.wireName())
                .build();
        try {
            QueueArguments.check(arguments, SUBJECT);
            return "none";
        } catch (AmqpException e) {
            return e.replyText().split("'", -1)[1];
        }
    }

    private static void check(QueueType type, String argument, FieldValue value) {
        FieldTable arguments = FieldTable.builder()
                .put("x-queue-type", type.wireName())
                .put(argument, value)
                .build();
        QueueArguments.check(arguments, SUBJECT);
    }

    private static FieldTable ofType(String type) {
        return FieldTable.builder().put("x-queue-type", type).build();
    }

    private static Arguments classic(String argument, FieldValue value, String problem) {
        return arguments(QueueType.CLASSIC, argument, value, problem);
    }

    private static Arguments quorum(String argument, FieldValue value, String problem) {
        return arguments(QueueType.QUORUM, argument, value, problem);
    }

    private static List<Arguments> accepted(QueueType type, String argument, FieldValue... values) {
        return IntStream.range(0, values.length)
                .mapToObj(i -> arguments(type, argument, values[i]))
                .toList();
    }
}
