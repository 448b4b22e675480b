package io.leveret.broker.vhost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Message;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.queue.QueueDeclaration;
import io.leveret.broker.vhost.CatalogEntry.OfBinding;
import io.leveret.broker.vhost.CatalogEntry.OfExchange;
import io.leveret.broker.vhost.CatalogEntry.OfHistory;
import io.leveret.broker.vhost.CatalogEntry.OfParameter;
import io.leveret.broker.vhost.CatalogEntry.OfQueue;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;
import io.leveret.exchange.ExchangeType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogCodecTest {

    private static final FieldTable ARGUMENTS = FieldTable.builder()
            .put("x-max-length", 1L << 40)
            .put("nested", FieldTable.builder().put("a", true).build())
            .build();

    private final CatalogCodec codec = new CatalogCodec("/");
    private final ExchangeDeclaration exchange =
            new ExchangeDeclaration("orders", "/", ExchangeType.HEADERS, true, true, true, ARGUMENTS);
    private final QueueDeclaration queue = new QueueDeclaration("größe", "/", true, true, null, ARGUMENTS);

    @Test
    void readsAnExchangeAsItWasWritten() {
        ExchangeIds ids = new ExchangeIds(0, 41);

        assertThat(codec.decode(CatalogCodec.exchangeKey("orders"), CatalogCodec.exchangeValue(exchange, ids)))
                .isEqualTo(new OfExchange(exchange, ids));
    }

    @Test
    void readsAnExchangeThatDelaysAndRemembersKeysAsItWasWritten() {
        FieldTable arguments =
                FieldTable.builder().put("x-delayed-type", "topic").build();
        ExchangeDeclaration delayed =
                new ExchangeDeclaration("orders", "/", ExchangeType.DELAYED, true, false, false, arguments);
        ExchangeIds ids = new ExchangeIds(40, 41);

        assertThat(codec.decode(CatalogCodec.exchangeKey("orders"), CatalogCodec.exchangeValue(delayed, ids)))
                .isEqualTo(new OfExchange(delayed, ids));
    }

    @Test
    void readsAQueueAsItWasWritten() {
        assertThat(codec.decode(CatalogCodec.queueKey("größe"), CatalogCodec.queueValue(1L << 50, queue)))
                .isEqualTo(new OfQueue(1L << 50, queue));
    }

    @Test
    void readsABindingAsItWasWritten() {
        Binding binding = new Binding(new Exchange(exchange), new Exchange(exchange), "a.*.#", ARGUMENTS);

        assertThat(codec.decode(CatalogCodec.bindingKey(binding), CatalogCodec.bindingValue()))
                .isEqualTo(new OfBinding("orders", false, "orders", "a.*.#", ARGUMENTS));
    }

    @Test
    void readsAMessageOfAHistoryAsItWasWritten() {
        Message message = Messages.of("orders", "größe");

        CatalogEntry read =
                codec.decode(CatalogCodec.historyKey("orders", 3), CatalogCodec.historyValue(1L << 40, message));

        assertThat(read).isInstanceOfSatisfying(OfHistory.class, history -> {
            assertThat(history.exchange()).isEqualTo("orders");
            assertThat(history.number()).isEqualTo(1L << 40);
            assertThat(history.message().address().routingKey()).isEqualTo("größe");
        });
    }

    @Test
    void readsAParameterAsItWasWritten() {
        List<FieldValue> values = List.of(
                FieldValue.of(ARGUMENTS),
                FieldValue.of("größe"),
                FieldValue.of(-1L),
                FieldValue.of(true),
                new FieldValue.Float64(1.5),
                new FieldValue.Void(),
                FieldValue.of(List.of(FieldValue.of("a"), FieldValue.of(2L))));

        assertThat(values).allSatisfy(value -> {
            byte[] key = CatalogCodec.parameterKey("federation-upstream", "größe");
            assertThat(codec.decode(key, CatalogCodec.parameterValue(value)))
                    .isEqualTo(new OfParameter(new Parameter("federation-upstream", "größe", value)));
        });
    }

    @Test
    void aParameterIsOneValue() {
        byte[] key = CatalogCodec.parameterKey("shovel", "s");
        byte[] none =
                new CatalogBytes().octet(1).rest(FieldTable.EMPTY.encoded()).bytes();
        byte[] twoEnds = Arrays.copyOf(key, key.length + 1);

        assertThatThrownBy(() -> codec.decode(key, none)).hasMessageContaining("fields [] (expected: value)");
        assertThatThrownBy(() -> codec.decode(twoEnds, CatalogCodec.parameterValue(FieldValue.of(1))))
                .hasMessageContaining("1 bytes too many");
        refusesPrefixes(key, CatalogCodec.parameterValue(FieldValue.of("text")), 1);
    }

    @Test
    void refusesEveryPrefixOfAValue() {
        refusesPrefixes(CatalogCodec.exchangeKey("orders"), CatalogCodec.exchangeValue(exchange, ExchangeIds.NONE), 13);
        refusesPrefixes(
                CatalogCodec.exchangeKey("orders"), CatalogCodec.exchangeValue(exchange, new ExchangeIds(0, 41)), 14);
        refusesPrefixes(CatalogCodec.queueKey("q"), CatalogCodec.queueValue(7, queue), 10);
    }

    /** @param end where the arguments begin, an end of which may be missing without a trace: none at all is a table, too */
    private void refusesPrefixes(byte[] key, byte[] value, int end) {
        for (int length = 0; length < value.length; length++) {
            byte[] prefix = Arrays.copyOf(value, length);
            if (length < end) {
                assertThatThrownBy(() -> codec.decode(key, prefix))
                        .as("%d bytes", length)
                        .isInstanceOf(CatalogException.class);
            }
        }
    }

    @Test
    void namesTheKeyAndWhatIsWrong() {
        byte[] key = CatalogCodec.queueKey("q");
        byte[] value = CatalogCodec.queueValue(7, queue);
        value[0] = 9;

        assertThatThrownBy(() -> codec.decode(key, value))
                .hasMessage(
                        "catalog of vhost '/': entry 'q\\x00\\x00\\x00\\x01q' can't be read: version 9 (expected: 1)");
    }

    @Test
    void refusesWhatItWouldNotHaveWritten() {
        byte[] key = CatalogCodec.queueKey("q");
        byte[] flags = CatalogCodec.queueValue(7, queue);
        flags[1] = 8;
        byte[] long1 = CatalogCodec.bindingValue();

        assertThatThrownBy(() -> codec.decode(key, flags)).hasMessageContaining("flags 8");
        assertThatThrownBy(() -> codec.decode("z".getBytes(StandardCharsets.UTF_8), long1))
                .hasMessageContaining("kind 122");
        assertThatThrownBy(() -> codec.decode(Arrays.copyOf(key, key.length + 1), CatalogCodec.queueValue(7, queue)))
                .hasMessageContaining("1 bytes too many");
        assertThatThrownBy(() -> codec.decode(new byte[0], long1)).isInstanceOf(CatalogException.class);
    }

    @Test
    void refusesAQueueThatWasKeptWithAnotherNumberOfPriorities() {
        FieldTable arguments = FieldTable.builder().put("x-max-priority", 9).build();
        QueueDeclaration prioritised = new QueueDeclaration("q", "/", true, false, null, arguments);
        byte[] key = CatalogCodec.queueKey("q");
        byte[] value = CatalogCodec.queueValue(7, prioritised);

        assertThat(codec.decode(key, value)).isEqualTo(new OfQueue(7, prioritised));
        // As it was written before queues had priorities.
        byte[] old = new CatalogBytes()
                .octet(1)
                .octet(0)
                .number(7)
                .rest(arguments.encoded())
                .bytes();
        assertThatThrownBy(() -> codec.decode(key, old))
                .hasMessageContaining("a queue kept with 1 priorities (expected: 10)");
    }
}
