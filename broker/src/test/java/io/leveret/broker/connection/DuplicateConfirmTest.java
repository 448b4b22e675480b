package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.declare;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetOk;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.BasicReject;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ConfirmSelect;
import io.leveret.amqp.method.ConfirmSelectOk;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.ExchangeBind;
import io.leveret.amqp.method.ExchangeBindOk;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.amqp.method.ExchangeDeclareOk;
import io.leveret.amqp.method.QueueBind;
import io.leveret.amqp.method.QueueBindOk;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.amqp.method.TxCommit;
import io.leveret.amqp.method.TxCommitOk;
import io.leveret.amqp.method.TxSelect;
import io.leveret.amqp.method.TxSelectOk;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.vhost.DeduplicationState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What publishers are told of duplicates: never that all is well before the first message is safe, and nothing is half done. */
class DuplicateConfirmTest {

    private static final FieldTable UNIQUE =
            FieldTable.builder().put("x-message-deduplication", true).build();
    private static final BasicPublish TO_QUEUE = new BasicPublish("", "q", true, false);
    private static final BasicPublish TO_EXCHANGE = new BasicPublish("x", "", true, false);

    private final DurableServer durable = new DurableServer();
    private final FakeStore store = durable.store;
    private final TestClient first = durable.server.open(2);
    private final TestClient second = durable.server.open(2);

    @BeforeEach
    void declareAll() {
        declareQueue("q", UNIQUE);
        FieldTable one = FieldTable.builder().put("x-cache-size", "10").build();
        first.call(
                1,
                new ExchangeDeclare("x", "x-message-deduplication", false, true, false, false, false, one),
                ExchangeDeclareOk.class);
        first.call(1, new ConfirmSelect(false), ConfirmSelectOk.class);
        second.call(1, new ConfirmSelect(false), ConfirmSelectOk.class);
    }

    private void declareQueue(String name, FieldTable arguments) {
        QueueDeclare plain = declare(name);
        first.call(
                1, new QueueDeclare(plain.queue(), false, true, false, false, false, arguments), QueueDeclareOk.class);
    }

    private void bind(String queue) {
        first.call(1, new QueueBind(queue, "x", "", false, FieldTable.EMPTY), QueueBindOk.class);
    }

    @AfterEach
    void close() {
        durable.close();
    }

    private static BasicProperties key(String key) {
        return headers(FieldTable.builder().put("x-deduplication-header", key));
    }

    private static BasicProperties headers(FieldTable.Builder headers) {
        return BasicProperties.builder()
                .deliveryMode(2)
                .headers(headers.build())
                .build();
    }

    private static ClientStream publish(BasicPublish to, BasicProperties properties) {
        return new ClientStream().publish(1, to, properties, "m");
    }

    private int ready(String queue) {
        return durable.vhost.queues().find(queue, this).counts().ready();
    }

    @Test
    void aDuplicateIsConfirmedOnceTheFirstIsDurable() {
        store.hold();
        first.write(publish(TO_QUEUE, key("k")));
        second.write(publish(TO_QUEUE, key("k")));
        assertThat(second.takeAll()).isEmpty();

        durable.becomeDurable();

        first.expect(1, BasicAck.class);
        second.expect(1, BasicAck.class);
        assertThat(ready("q")).isOne();
    }

    @Test
    void soIsOneThatAnExchangeKnows() {
        bind("q");
        store.hold();
        first.write(publish(TO_EXCHANGE, key("k")));
        second.write(publish(TO_EXCHANGE, key("k")));
        assertThat(second.takeAll()).isEmpty();

        durable.becomeDurable();

        second.expect(1, BasicAck.class);
        assertThat(ready("q")).isOne();
    }

    @Test
    void aCommitOfDuplicatesIsAnsweredOnceTheFirstIsDurable() {
        second.call(2, new TxSelect(), TxSelectOk.class);
        store.hold();
        first.write(publish(TO_QUEUE, key("k")));
        second.write(new ClientStream().publish(2, TO_QUEUE, key("k"), "m").method(2, new TxCommit()));
        assertThat(second.takeAll()).isEmpty();

        durable.becomeDurable();

        second.expect(2, TxCommitOk.class);
        assertThat(ready("q")).isOne();
    }

    @Test
    void aDuplicateIsNotConfirmedIfTheFirstCouldNotBeWritten() {
        store.fail();

        first.write(publish(TO_QUEUE, key("k")));
        second.write(publish(TO_QUEUE, key("k")));

        assertThat(first.takeAll())
                .extracting(TestClient.Received::method)
                .hasOnlyElementsOfType(ConnectionClose.class);
        assertThat(second.takeAll())
                .extracting(TestClient.Received::method)
                .doesNotHaveAnyElementsOfTypes(BasicAck.class);
    }

    @Test
    void aPublisherThatAcknowledgesAndPublishesAgainIsTakenAtItsWord() {
        first.write(publish(TO_QUEUE, key("k")));
        first.expect(1, BasicAck.class);
        first.call(2, new BasicGet("q", false), BasicGetOk.class);

        first.write(new ClientStream().method(2, new BasicAck(1, false)).publish(1, TO_QUEUE, key("k"), "again"));

        first.expect(1, BasicAck.class);
        assertThat(ready("q")).isOne();
    }

    @Test
    void soIsATransactionThatAcknowledgesAndPublishesAgain() {
        first.write(publish(TO_QUEUE, key("k")));
        first.expect(1, BasicAck.class);
        first.call(2, new TxSelect(), TxSelectOk.class);
        first.call(2, new BasicGet("q", false), BasicGetOk.class);

        first.write(new ClientStream()
                .publish(2, TO_QUEUE, key("k"), "again")
                .publish(2, TO_QUEUE, key("k"), "twice")
                .method(2, new BasicAck(1, false))
                .method(2, new TxCommit()));

        first.expect(2, TxCommitOk.class);
        assertThat(ready("q")).isOne();
        assertThat(first.call(1, new BasicGet("q", false), BasicGetOk.class)).isNotNull();
        second.write(publish(TO_QUEUE, key("k")));
        second.expect(1, BasicAck.class);
        assertThat(ready("q")).as("the new one has the key").isZero();
    }

    @Test
    void whatATransactionWouldHaveSettledKeepsItsKeyIfItFails() {
        declareQueue(
                "full",
                FieldTable.builder()
                        .put("x-max-length", 0)
                        .put("x-overflow", "reject-publish")
                        .build());
        first.write(publish(TO_QUEUE, key("k")));
        first.expect(1, BasicAck.class);
        first.call(2, new TxSelect(), TxSelectOk.class);
        first.call(2, new BasicGet("q", false), BasicGetOk.class);
        first.write(new ClientStream()
                .publish(2, TO_QUEUE, key("k"), "again")
                .publish(2, TO_QUEUE, key("l"), "other")
                .publish(2, new BasicPublish("", "full", false, false), key("m"), "refused")
                .method(2, new BasicAck(1, false))
                .method(2, new TxCommit()));
        first.expect(2, ChannelClose.class);

        second.write(publish(TO_QUEUE, key("k")));
        second.expect(1, BasicAck.class);
        second.write(publish(TO_QUEUE, key("l")));
        second.expect(1, BasicAck.class);

        assertThat(ready("q"))
                .as("the one that came back, and one that was in nobody's way")
                .isEqualTo(2);
    }

    @Test
    void aRejectedMessageMayGoBackToItsQueueInATransactionAndOutsideOfOne() {
        declareQueue(
                "round",
                FieldTable.builder()
                        .putAll(UNIQUE)
                        .put("x-dead-letter-exchange", "")
                        .put("x-dead-letter-routing-key", "round")
                        .build());
        first.write(publish(new BasicPublish("", "round", true, false), key("k")));
        first.expect(1, BasicAck.class);
        second.call(2, new TxSelect(), TxSelectOk.class);
        second.call(2, new BasicGet("round", false), BasicGetOk.class);

        second.write(new ClientStream().method(2, new BasicReject(1, false)).method(2, new TxCommit()));

        second.expect(2, TxCommitOk.class);
        assertThat(ready("round")).isOne();
        first.call(2, new BasicGet("round", false), BasicGetOk.class);
    }

    @Test
    void aCommitThatRoutesAnewKeepsAMessageInAHistoryOnce() {
        first.call(
                1,
                new ExchangeDeclare("h", "x-recent-history", false, true, false, false, false, FieldTable.EMPTY),
                ExchangeDeclareOk.class);
        first.call(1, new ExchangeBind("x", "h", "", false, FieldTable.EMPTY), ExchangeBindOk.class);
        bind("q");
        first.call(2, new TxSelect(), TxSelectOk.class);
        first.write(new ClientStream()
                .publish(2, new BasicPublish("h", "", true, false), key("k"), "m")
                .method(2, new TxCommit()));
        first.expect(2, TxCommitOk.class);
        declareQueue("late", FieldTable.EMPTY);

        first.call(1, new QueueBind("late", "h", "", false, FieldTable.EMPTY), QueueBindOk.class);

        assertThat(ready("q")).isOne();
        assertThat(ready("late")).isOne();
    }

    @Test
    void aBindingThatBringsWhatHasAnOddHeaderIsMade() {
        first.call(
                1,
                new ExchangeDeclare("h", "x-recent-history", false, true, false, false, false, FieldTable.EMPTY),
                ExchangeDeclareOk.class);
        BasicProperties odd = headers(FieldTable.builder().put("x-deduplication-header", FieldTable.EMPTY));
        first.write(publish(new BasicPublish("h", "", false, false), odd));
        first.expect(1, BasicAck.class);

        first.call(1, new QueueBind("q", "h", "", false, FieldTable.EMPTY), QueueBindOk.class);

        assertThat(ready("q")).isOne();
    }

    @Test
    void aDuplicateInAFullQueueIsConfirmed() {
        declareQueue(
                "full",
                FieldTable.builder()
                        .putAll(UNIQUE)
                        .put("x-max-length", 1)
                        .put("x-overflow", "reject-publish")
                        .build());
        BasicPublish toFull = new BasicPublish("", "full", true, false);
        first.write(publish(toFull, key("k")));
        first.expect(1, BasicAck.class);

        first.write(publish(toFull, key("k")));
        first.expect(1, BasicAck.class);
        first.write(publish(toFull, key("other")));
        first.expect(1, BasicNack.class);

        first.call(2, new BasicGet("full", true), BasicGetOk.class);
        first.write(publish(toFull, key("other")));
        first.expect(1, BasicAck.class);
    }

    @Test
    void whatAQueueRefusesIsNoDuplicateToTheExchangeWhenItComesAgain() {
        declareQueue(
                "full",
                FieldTable.builder()
                        .put("x-max-length", 0)
                        .put("x-overflow", "reject-publish")
                        .build());
        bind("full");
        bind("q");
        declareQueue("plain", FieldTable.EMPTY);
        bind("plain");
        first.write(publish(TO_EXCHANGE, key("k")));
        first.expect(1, BasicNack.class);

        first.write(publish(TO_EXCHANGE, key("k")));
        first.expect(1, BasicNack.class);
        assertThat(ready("q")).as("it knows duplicates itself").isOne();
        assertThat(ready("plain")).isEqualTo(2);
    }

    @Test
    void whatIsUnroutableIsReturnedEachTime() {
        for (int i = 0; i < 2; i++) {
            first.write(publish(TO_EXCHANGE, key("k")));
            first.next();
            first.expect(1, BasicAck.class);
        }
        bind("q");
        first.write(publish(TO_EXCHANGE, key("k")));
        first.expect(1, BasicAck.class);

        assertThat(ready("q")).isOne();
    }

    @Test
    void aHeaderOfAWrongTypeTouchesNoQueue() {
        declareQueue("other", UNIQUE);
        bind("other");
        bind("q");
        BasicProperties bad = headers(FieldTable.builder().put("x-deduplication-header", FieldTable.EMPTY));

        first.write(publish(TO_EXCHANGE, bad));

        assertThat(first.expect(1, ChannelClose.class).replyText())
                .isEqualTo(
                        "PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,\"x-deduplication-header\",table}");
        second.write(publish(TO_EXCHANGE, key("k")));
        second.expect(1, BasicAck.class);
        assertThat(ready("q") + ready("other")).isEqualTo(2);
    }

    @Test
    void aTransactionWithAHeaderOfAWrongTypeFailsAtThePublish() {
        bind("q");
        first.call(2, new TxSelect(), TxSelectOk.class);
        BasicProperties bad = headers(
                FieldTable.builder().put("x-deduplication-header", "k").put("x-cache-ttl", new FieldValue.Bool(true)));

        first.write(new ClientStream().publish(2, TO_EXCHANGE, bad, "m"));

        assertThat(first.expect(2, ChannelClose.class).replyText())
                .isEqualTo(
                        "PRECONDITION_FAILED - invalid message: invalid header 'x-cache-ttl': \"expected integer, got bool\"");
    }

    @Test
    void whatIsRememberedAndRefusedCanBeLookedAt() {
        bind("q");
        first.write(publish(TO_EXCHANGE, key("a")));
        first.write(publish(TO_EXCHANGE, key("b")));
        first.write(publish(TO_EXCHANGE, key("a")));
        first.write(publish(TO_QUEUE, key("b")));

        assertThat(durable.vhost.deduplication())
                .containsExactlyInAnyOrder(
                        new DeduplicationState(
                                true, "q", "x-deduplication-header", 2, 0, 0, DeduplicationState.FOR_EVER, 1),
                        new DeduplicationState(
                                false, "x", "x-deduplication-header", 0, 2, 10, DeduplicationState.FOR_EVER, 1));
    }
}
