package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeduplicationTest {

    private static final Deduplication USUAL = new Deduplication(Deduplication.HEADER, 10, QueueSettings.NONE, true);

    @Test
    void aQueueRemembersNothingUnlessItIsAskedTo() {
        assertThat(ofQueue(FieldTable.builder()))
                .isEqualTo(new Deduplication("x-deduplication-header", 0, QueueSettings.NONE, true));
        assertThat(ofQueue(FieldTable.builder().put("x-cache-ttl", 500)))
                .isEqualTo(new Deduplication("x-deduplication-header", 100_000, 500, true));
        assertThat(ofQueue(FieldTable.builder().put("x-cache-size", 7).put("x-deduplication-header", "id")))
                .isEqualTo(new Deduplication("id", 7, QueueSettings.NONE, true));
    }

    @Test
    void anExchangeRemembersAHundredThousandKeysUnlessItIsAskedToDoOtherwise() {
        assertThat(Deduplication.ofExchange(true, FieldTable.EMPTY))
                .isEqualTo(new Deduplication("x-deduplication-header", 100_000, QueueSettings.NONE, true));
        FieldTable arguments = FieldTable.builder()
                .put("x-message-deduplication", true)
                .put("x-cache-size", "5")
                .put("x-cache-persistence", "memory")
                .build();
        assertThat(Deduplication.ofExchange(false, arguments))
                .isEqualTo(new Deduplication("x-deduplication-header", 5, QueueSettings.NONE, false));
    }

    @Test
    void isOffUnlessItIsSaidToBeOn() {
        FieldTable off =
                FieldTable.builder().put("x-message-deduplication", false).build();

        assertThat(Deduplication.ofQueue(off)).isNull();
        assertThat(Deduplication.ofExchange(false, FieldTable.EMPTY)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x-cache-size | 0 | {value_zero,0}",
                "x-cache-size | -1 | {value_negative,-1}",
                "x-cache-size | 10000001 | {value_too_large,10000001}",
                "x-cache-ttl | 0 | {value_zero,0}",
                "x-cache-ttl | 315360000001 | {value_too_large,315360000001}",
            })
    void refusesANumberOutOfItsRange(String argument, long value, String problem) {
        refuses(FieldTable.builder().put(argument, value), argument, problem);
        refuses(
                FieldTable.builder().put(argument, Long.toString(value)),
                argument,
                value < 0 ? "\"expected integer, got longstr\"" : problem);
    }

    @Test
    void aQueueThatIsDeletedLeavesNothingOfItsKeysInTheMemoryBudget() {
        MemoryBudget budget = MemoryBudget.unlimited();
        FieldTable unique =
                FieldTable.builder().put("x-message-deduplication", true).build();
        Queue queue = new Queue(Queues.queue(unique).declaration(), () -> {}, Queues.context(budget, null), null);
        queue.enforceSettings();
        assertThat(budget.usedBytes()).isPositive();

        queue.delete(false, false);

        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void refusesWhatIsOfAnotherType() {
        refuses(
                FieldTable.builder().put("x-message-deduplication", 1),
                "x-message-deduplication",
                "{unacceptable_type,signedint}");
        refuses(FieldTable.builder().put("x-cache-size", "many"), "x-cache-size", "\"expected integer, got longstr\"");
        refuses(FieldTable.builder().put("x-cache-size", true), "x-cache-size", "\"expected integer, got bool\"");
        refuses(
                FieldTable.builder().put("x-deduplication-header", 5),
                "x-deduplication-header",
                "{unacceptable_type,signedint}");
        refuses(
                FieldTable.builder().put("x-deduplication-header", ""),
                "x-deduplication-header",
                "\"expected a name of 1 to 255 octets, got 0\"");
        refuses(
                FieldTable.builder().put("x-cache-persistence", "tape"),
                "x-cache-persistence",
                "invalid_cache_persistence");
    }

    @Test
    void keysAreEqualIfTheirValuesAre() {
        assertThat(key(FieldValue.of(5)))
                .isEqualTo(key(new FieldValue.Int64(5)))
                .isEqualTo(key(new FieldValue.Timestamp(5)));
        assertThat(key(FieldValue.of("a"))).isEqualTo(key(new FieldValue.Bytes("a".getBytes(StandardCharsets.UTF_8))));
        assertThat(key(new FieldValue.Float32(1.5f))).isEqualTo(key(new FieldValue.Float64(1.5)));
        List<Long> others = List.of(
                key(FieldValue.of(5)),
                key(FieldValue.of("5")),
                key(new FieldValue.Float64(5)),
                key(new FieldValue.Decimal(0, 5)),
                key(new FieldValue.Bool(true)),
                key(FieldValue.of("")),
                key(FieldValue.of(1)));
        assertThat(others).doesNotHaveDuplicates();
    }

    @Test
    void whatIsNotThereIsNoKey() {
        assertThat(USUAL.keyOf(message(FieldTable.EMPTY))).isZero();
        assertThat(key(new FieldValue.Void())).isZero();
        assertThat(USUAL.keyOf(new Message(new Address("", "q"), BasicProperties.EMPTY, new byte[0])))
                .isZero();
    }

    @Test
    void aTableOrAnArrayIsNoKey() {
        assertThatThrownBy(() -> key(new FieldValue.Table(FieldTable.EMPTY)))
                .isInstanceOf(AmqpException.class)
                .hasMessage(
                        "PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,\"x-deduplication-header\",table}");
        assertThatThrownBy(() -> key(new FieldValue.Array(List.of())))
                .hasMessageEndingWith("{unacceptable_type_in_header,\"x-deduplication-header\",array}");
    }

    @Test
    void aMessageMayWantAnotherTime() {
        Deduplication second = new Deduplication(Deduplication.HEADER, 10, 1_000, true);

        assertThat(second.rememberedUntilMs(message(FieldTable.EMPTY), 5)).isEqualTo(1_005);
        assertThat(second.rememberedUntilMs(message(ttl("20")), 5)).isEqualTo(25);
        assertThat(USUAL.rememberedUntilMs(message(FieldTable.EMPTY), 5)).isEqualTo(QueueSettings.NONE);
        assertThat(second.rememberedUntilMs(message(ttl("soon")), 5))
                .as("published to somebody else")
                .isEqualTo(1_005);
    }

    @Test
    void refusesATimeThatIsNoneWithOrWithoutAKeyAndWhetherItRemembersOrNot() {
        FieldTable soon = FieldTable.builder()
                .putAll(ttl("soon"))
                .put(Deduplication.HEADER, "k")
                .build();
        Deduplication forgetful = new Deduplication(Deduplication.HEADER, 0, QueueSettings.NONE, true);
        for (Deduplication each : List.of(USUAL, forgetful)) {
            for (FieldTable headers : List.of(soon, ttl("soon"))) {
                assertThatThrownBy(() -> each.check(message(headers)))
                        .hasMessage(
                                "PRECONDITION_FAILED - invalid message: invalid header 'x-cache-ttl': \"expected integer, got longstr\"");
            }
        }
        forgetful.check(message(ttl("20")));
    }

    private static FieldTable ttl(String value) {
        return FieldTable.builder().put("x-cache-ttl", value).build();
    }

    private static Deduplication ofQueue(FieldTable.Builder arguments) {
        return Objects.requireNonNull(Deduplication.ofQueue(
                arguments.put("x-message-deduplication", true).build()));
    }

    private static void refuses(FieldTable.Builder arguments, String argument, String problem) {
        FieldTable built = arguments.build();
        assertThatThrownBy(() -> Deduplication.check(built, "exchange 'x' in vhost '/'"))
                .hasMessage("PRECONDITION_FAILED - invalid arg '" + argument + "' for exchange 'x' in vhost '/': "
                        + problem);
        assertThatThrownBy(() ->
                        Objects.requireNonNull(QueueArgument.byName(argument)).check(built, "queue 'q'"))
                .hasMessage("PRECONDITION_FAILED - invalid arg '" + argument + "' for queue 'q': " + problem);
    }

    private static long key(FieldValue value) {
        Message message =
                message(FieldTable.builder().put(Deduplication.HEADER, value).build());
        USUAL.check(message);
        return USUAL.keyOf(message);
    }

    private static Message message(FieldTable headers) {
        BasicProperties properties = BasicProperties.builder().headers(headers).build();
        return new Message(new Address("", "q"), properties, new byte[0]);
    }
}
