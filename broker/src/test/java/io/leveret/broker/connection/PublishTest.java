package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.consume;
import static io.leveret.broker.connection.Calls.declare;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetEmpty;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.BasicReturn;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ConfirmSelect;
import io.leveret.amqp.method.ConfirmSelectOk;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.amqp.method.TxCommit;
import io.leveret.amqp.method.TxCommitOk;
import io.leveret.amqp.method.TxRollback;
import io.leveret.amqp.method.TxRollbackOk;
import io.leveret.amqp.method.TxSelect;
import io.leveret.amqp.method.TxSelectOk;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.LimitSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublishTest {

    private static final BasicPublish MANDATORY_NOWHERE = new BasicPublish("", "nowhere", true, false);

    private final TestServer server = new TestServer();
    private final TestClient client = server.open(2);

    @BeforeEach
    void declareQueue() {
        client.call(1, declare("q"), QueueDeclareOk.class);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void assertNext(String body) {
        client.send(2, new BasicGet("q", true));
        assertThat(client.next().body()).isEqualTo(body);
    }

    private void assertEmpty() {
        client.call(2, new BasicGet("q", true), BasicGetEmpty.class);
    }

    @Test
    void confirmsARunOfPublishesAtOnce() {
        client.write(new ClientStream()
                .method(1, new ConfirmSelect(false))
                .publish(1, "", "q", "a")
                .publish(1, "", "nowhere", "b")
                .publish(1, "", "q", "c"));

        client.expect(1, ConfirmSelectOk.class);
        assertThat(client.expect(1, BasicAck.class)).isEqualTo(new BasicAck(3, true));
        client.write(new ClientStream().publish(1, "", "q", "d"));
        assertThat(client.expect(1, BasicAck.class)).isEqualTo(new BasicAck(4, false));
        assertThat(client.takeAll()).isEmpty();
    }

    @Test
    void aMessageIsInItsQueueWhenItsConfirmComes() {
        client.write(new ClientStream()
                .method(1, new ConfirmSelect(true))
                .method(2, consume("q", "c"))
                .publish(1, "", "q", "a"));
        client.takeAll();

        assertThat(server.connectionCount()).isEqualTo(1);
        client.disconnect();
        server.run();
        TestClient next = server.open(1);
        next.send(1, new BasicGet("q", true));
        assertThat(next.next().body()).isEqualTo("a");
    }

    @Test
    void aReturnComesBeforeTheConfirmOfTheSameMessage() {
        client.write(new ClientStream()
                .method(1, new ConfirmSelect(true))
                .publish(1, MANDATORY_NOWHERE, BasicProperties.EMPTY, "back"));

        TestClient.Received returned = client.next();
        assertThat(returned.body()).isEqualTo("back");
        assertThat(returned.method()).isEqualTo(new BasicReturn(312, "NO_ROUTE", "", "nowhere"));
        client.expect(1, BasicAck.class);
    }

    @Test
    void nothingOfATransactionHappensBeforeItsCommit() {
        client.call(1, new TxSelect(), TxSelectOk.class);
        client.write(new ClientStream().publish(1, "", "q", "a").publish(1, "", "q", "b"));
        assertEmpty();
        client.call(1, new TxCommit(), TxCommitOk.class);

        assertNext("a");
        assertNext("b");
    }

    @Test
    void aRollbackForgetsPublishesAndGivesAcknowledgementsBack() {
        client.write(new ClientStream().publish(1, "", "q", "a"));
        client.call(1, new TxSelect(), TxSelectOk.class);
        client.write(new ClientStream()
                .method(1, new BasicGet("q", false))
                .publish(1, "", "q", "b")
                .method(1, new BasicAck(1, false)));
        client.takeAll();
        client.call(1, new TxRollback(), TxRollbackOk.class);
        assertEmpty();

        client.send(1, new BasicAck(1, false));
        client.call(1, new TxCommit(), TxCommitOk.class);
        assertEmpty();
        client.disconnect();
        server.run();
        TestClient next = server.open(2);
        next.call(2, new BasicGet("q", true), BasicGetEmpty.class);
    }

    @Test
    void anUncommittedAcknowledgementDiesWithItsChannel() {
        client.write(new ClientStream()
                .publish(1, "", "q", "a")
                .method(1, new TxSelect())
                .method(1, new BasicGet("q", false))
                .method(1, new BasicAck(1, false)));
        client.takeAll();
        client.send(1, new ChannelClose(200, "", 0, 0));
        client.takeAll();

        assertNext("a");
    }

    @Test
    void aSecondAcknowledgementInOneTransactionIsRefused() {
        client.write(new ClientStream()
                .publish(1, "", "q", "a")
                .method(1, new TxSelect())
                .method(1, new BasicGet("q", false)));
        client.takeAll();
        client.send(1, new BasicAck(1, false), new BasicAck(1, false));

        assertThat(client.expect(1, ChannelClose.class).replyText())
                .isEqualTo("PRECONDITION_FAILED - unknown delivery tag 1");
    }

    @Test
    void aReturnOfATransactionComesWithTheCommit() {
        client.call(1, new TxSelect(), TxSelectOk.class);
        client.write(new ClientStream().publish(1, MANDATORY_NOWHERE, BasicProperties.EMPTY, "back"));
        assertThat(client.takeAll()).isEmpty();
        client.send(1, new TxCommit());

        assertThat(client.next().body()).isEqualTo("back");
        client.expect(1, TxCommitOk.class);
    }

    @Test
    void copiesGoToCcAndBccOnceToEachQueueAndBccIsTakenOut() {
        client.call(1, declare("r"), QueueDeclareOk.class);
        FieldTable headers = FieldTable.builder()
                .put("CC", List.of(text("q"), text("r")))
                .put("BCC", List.of(text("r")))
                .put("kept", true)
                .build();
        client.write(new ClientStream()
                .publish(
                        1,
                        new BasicPublish("", "q", false, false),
                        BasicProperties.builder().headers(headers).build(),
                        "x"));

        client.send(2, new BasicGet("r", true));
        assertThat(client.next().body()).isEqualTo("x");
        assertThat(client.lastProperties().headers().entries()).containsOnlyKeys("CC", "kept");
        client.call(2, new BasicGet("r", true), BasicGetEmpty.class);
        assertNext("x");
        assertEmpty();
    }

    private static FieldValue text(String value) {
        return new FieldValue.LongString(value.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aMessageAboveTheLimitIsRefusedOnItsChannelOnly() {
        BrokerSettings defaults = BrokerSettings.defaults();
        LimitSettings limits = defaults.limits().withMaxMessageSize(10);
        try (TestServer small = new TestServer(defaults.withLimits(limits))) {
            TestClient one = small.open(2);
            one.call(1, declare("q"), QueueDeclareOk.class);
            one.write(new ClientStream().publish(1, "", "q", "0123456789").publish(1, "", "q", "0123456789a"));
            assertThat(one.expect(1, ChannelClose.class))
                    .isEqualTo(new ChannelClose(
                            406,
                            "PRECONDITION_FAILED - message size 11 is larger than configured max size 10",
                            60,
                            40));
            one.send(2, new BasicGet("q", true), new BasicGet("q", true));
            assertThat(one.next().body()).isEqualTo("0123456789");
            one.expect(2, BasicGetEmpty.class);
        }
    }

    @Test
    void aTransactionAboveTheLimitIsRefusedAndForgotten() {
        BrokerSettings defaults = BrokerSettings.defaults();
        LimitSettings limits = defaults.limits().withTransactionMax(1_000);
        try (TestServer small = new TestServer(defaults.withLimits(limits))) {
            TestClient one = small.open(2);
            one.call(1, declare("q"), QueueDeclareOk.class);
            one.call(1, new TxSelect(), TxSelectOk.class);
            for (int transaction = 0; transaction < 3; transaction++) {
                one.write(new ClientStream().publish(1, "", "q", "x".repeat(700)));
                one.call(1, new TxCommit(), TxCommitOk.class);
            }
            one.write(new ClientStream().publish(1, "", "q", "x".repeat(700)).publish(1, "", "q", "one too many"));

            assertThat(one.expect(1, ChannelClose.class).replyText())
                    .matches("PRECONDITION_FAILED - transaction size 1\\d{3} is larger than configured max size 1000");
            assertThat(one.takeAll()).isEmpty();
        }
    }

    @Test
    void manySmallMessagesAreTooMuchForATransactionToo() {
        BrokerSettings defaults = BrokerSettings.defaults();
        LimitSettings limits = defaults.limits().withTransactionMax(10_000);
        try (TestServer small = new TestServer(defaults.withLimits(limits))) {
            TestClient one = small.open(1);
            ClientStream stream = new ClientStream().method(1, new TxSelect());
            for (int i = 0; i < 1_000; i++) {
                stream.publish(1, "", "nowhere", "");
            }
            one.write(stream);

            one.expect(1, TxSelectOk.class);
            assertThat(one.expect(1, ChannelClose.class).replyText()).contains("transaction size");
        }
    }
}
