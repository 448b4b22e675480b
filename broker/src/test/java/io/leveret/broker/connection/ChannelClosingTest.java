package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.consume;
import static io.leveret.broker.connection.Calls.declare;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicConsumeOk;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetEmpty;
import io.leveret.amqp.method.BasicGetOk;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ChannelCloseOk;
import io.leveret.amqp.method.ChannelOpen;
import io.leveret.amqp.method.ChannelOpenOk;
import io.leveret.amqp.method.ConfirmSelect;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.amqp.method.TxCommit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChannelClosingTest {

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

    @Test
    void aSoftErrorClosesTheChannelWithTheClassAndMethodThatCausedIt() {
        assertThat(client.call(1, new BasicGet("none", true), ChannelClose.class))
                .isEqualTo(new ChannelClose(404, "NOT_FOUND - no queue 'none' in vhost '/'", 60, 70));
        assertThat(client.call(2, new TxCommit(), ChannelClose.class))
                .isEqualTo(new ChannelClose(406, "PRECONDITION_FAILED - channel is not transactional", 90, 20));
    }

    @Test
    void aFaultFoundInTheContentIsThePublishs() {
        client.write(new ClientStream()
                .publish(
                        1,
                        new BasicPublish("", "q", false, false),
                        BasicProperties.builder().expiration("soon").build(),
                        "x"));

        assertThat(client.expect(1, ChannelClose.class))
                .isEqualTo(
                        new ChannelClose(406, "PRECONDITION_FAILED - invalid expiration 'soon': no_integer", 60, 40));
    }

    @Test
    void aClosingChannelIgnoresEverythingUntilTheAnswerAndItsNumberServesAgain() {
        client.call(1, new BasicGet("none", true), ChannelClose.class);
        client.write(new ClientStream()
                .method(1, declare("late"))
                .publish(1, "", "q", "lost")
                .method(1, new ChannelCloseOk())
                .openChannel(1)
                .publish(1, "", "q", "kept")
                .method(1, new BasicGet("q", true)));

        client.expect(1, ChannelOpenOk.class);
        TestClient.Received got = client.next();
        assertThat(got.body()).isEqualTo("kept");
        assertThat(got.method()).isInstanceOf(BasicGetOk.class);
        assertThat(client.call(
                                1,
                                new QueueDeclare("late", true, false, false, false, false, FieldTable.EMPTY),
                                ChannelClose.class)
                        .replyCode())
                .isEqualTo(404);
    }

    @Test
    void closesThatCrossAreBothAnswered() {
        client.call(1, new BasicGet("none", true), ChannelClose.class);
        client.call(1, new ChannelClose(200, "", 0, 0), ChannelCloseOk.class);
        client.write(new ClientStream().method(1, new ChannelCloseOk()).openChannel(1));

        client.expect(1, ChannelOpenOk.class);
    }

    @Test
    void otherChannelsOfTheConnectionGoOn() {
        client.call(1, new BasicGet("none", true), ChannelClose.class);
        client.write(new ClientStream().publish(2, "", "q", "x").method(2, new BasicGet("q", true)));

        assertThat(client.next().body()).isEqualTo("x");
    }

    @Test
    void whatWasPublishedBeforeTheFaultInTheSameReadIsKept() {
        client.write(new ClientStream()
                .publish(1, "", "q", "a")
                .publish(1, "", "q", "b")
                .publish(1, "none", "q", "c")
                .publish(1, "", "q", "d"));

        client.expect(1, ChannelClose.class);
        client.write(new ClientStream()
                .method(2, new BasicGet("q", true))
                .method(2, new BasicGet("q", true))
                .method(2, new BasicGet("q", true)));
        assertThat(client.next().body()).isEqualTo("a");
        assertThat(client.next().body()).isEqualTo("b");
        client.expect(2, BasicGetEmpty.class);
    }

    @Test
    void whatWasPublishedBeforeTheFaultInTheSameReadIsConfirmedBeforeTheClose() {
        client.write(new ClientStream()
                .method(1, new ConfirmSelect(true))
                .publish(1, "", "q", "a")
                .publish(1, "", "q", "b")
                .publish(1, "none", "q", "c"));

        assertThat(client.expect(1, BasicAck.class)).isEqualTo(new BasicAck(2, true));
        client.expect(1, ChannelClose.class);
        assertThat(client.takeAll()).isEmpty();
    }

    @Test
    void aMessageThatIsRefusedForItsContentIsNotConfirmed() {
        BasicProperties forged = BasicProperties.builder().userId("other").build();
        client.write(new ClientStream()
                .method(1, new ConfirmSelect(true))
                .publish(1, "", "q", "a")
                .publish(1, new BasicPublish("", "q", false, false), forged, "b"));

        assertThat(client.expect(1, BasicAck.class)).isEqualTo(new BasicAck(1, false));
        client.expect(1, ChannelClose.class);
    }

    @Test
    void whatWasPublishedBeforeACloseInTheSameReadIsConfirmedBeforeItsAnswer() {
        client.write(new ClientStream()
                .method(1, new ConfirmSelect(true))
                .publish(1, "", "q", "a")
                .method(1, new ChannelClose(200, "", 0, 0)));

        assertThat(client.expect(1, BasicAck.class)).isEqualTo(new BasicAck(1, false));
        client.expect(1, ChannelCloseOk.class);
    }

    @Test
    void anAcknowledgementBeforeTheFaultInTheSameReadCounts() {
        client.write(new ClientStream()
                .publish(1, "", "q", "a")
                .publish(1, "", "q", "b")
                .method(1, consume("q", "c")));
        client.takeAll();
        client.send(1, new BasicAck(1, false), new BasicGet("none", true));
        client.expect(1, ChannelClose.class);

        client.send(2, new BasicGet("q", true), new BasicGet("q", true));
        assertThat(client.next().body()).isEqualTo("b");
        client.expect(2, BasicGetEmpty.class);
    }

    @Test
    void anUnknownOrASecondAcknowledgementIsASoftError() {
        client.write(new ClientStream().publish(1, "", "q", "a").method(1, new BasicGet("q", false)));
        client.takeAll();
        client.send(1, new BasicAck(1, false), new BasicAck(1, false));

        assertThat(client.expect(1, ChannelClose.class))
                .isEqualTo(new ChannelClose(406, "PRECONDITION_FAILED - unknown delivery tag 1", 60, 80));
        assertThat(client.call(2, new BasicAck(-1, true), ChannelClose.class).replyText())
                .endsWith("unknown delivery tag 18446744073709551615");
    }

    @Test
    void unsettledMessagesReturnInOrderAndAreMarked() {
        ClientStream stream = new ClientStream().method(1, consume("q", "c"));
        for (int i = 0; i < 5; i++) {
            stream.publish(1, "", "q", "m" + i);
        }
        client.write(stream);
        client.expect(1, BasicConsumeOk.class);
        assertThat(client.takeBodies()).containsExactly("m0", "m1", "m2", "m3", "m4");
        client.call(1, new ChannelClose(200, "", 0, 0), ChannelCloseOk.class);

        List<String> got = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            client.send(2, new BasicGet("q", true));
            TestClient.Received next = client.next();
            boolean redelivered = next.method() instanceof BasicGetOk ok && ok.redelivered();
            got.add(next.body() + (redelivered ? "!" : ""));
        }
        assertThat(got).containsExactly("m0!", "m1!", "m2!", "m3!", "m4!");
    }

    @Test
    void aChannelMayBeOpenedAndClosedAgainAndAgain() {
        ClientStream stream = new ClientStream();
        for (int i = 0; i < 1_000; i++) {
            stream.method(3, new ChannelOpen()).method(3, new ChannelClose(200, "", 0, 0));
        }
        client.write(stream);

        assertThat(client.takeAll()).hasSize(2_000);
    }
}
