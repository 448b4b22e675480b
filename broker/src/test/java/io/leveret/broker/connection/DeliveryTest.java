package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.consume;
import static io.leveret.broker.connection.Calls.consumeNoAck;
import static io.leveret.broker.connection.Calls.declare;
import static io.leveret.broker.connection.Calls.delete;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicCancel;
import io.leveret.amqp.method.BasicCancelOk;
import io.leveret.amqp.method.BasicConsumeOk;
import io.leveret.amqp.method.BasicDeliver;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetEmpty;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.BasicQos;
import io.leveret.amqp.method.BasicQosOk;
import io.leveret.amqp.method.BasicRecover;
import io.leveret.amqp.method.BasicRecoverOk;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ConnectionOpen;
import io.leveret.amqp.method.ConnectionTuneOk;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.amqp.method.QueueDeleteOk;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeliveryTest {

    private final TestServer server = new TestServer();
    private final TestClient client = server.open(2);
    private final TestClient other = server.open(2);

    @BeforeEach
    void declareQueue() {
        client.call(1, declare("q"), QueueDeclareOk.class);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void publish(String... bodies) {
        ClientStream stream = new ClientStream();
        for (String body : bodies) {
            stream.publish(2, "", "q", body);
        }
        other.write(stream);
    }

    /** Bodies with the delivery tag before them and {@code !} behind if redelivered. */
    private static List<String> deliveries(TestClient of) {
        return of.takeAll().stream().map(DeliveryTest::describe).toList();
    }

    private static String describe(TestClient.Received received) {
        return received.method() instanceof BasicDeliver deliver
                ? deliver.deliveryTag() + ":" + received.body() + (deliver.redelivered() ? "!" : "")
                : received.method().getClass().getSimpleName();
    }

    @Test
    void consumeOkComesBeforeTheFirstDelivery() {
        publish("a", "b");
        client.send(1, consume("q", "c"));

        assertThat(deliveries(client)).containsExactly("BasicConsumeOk", "1:a", "2:b");
    }

    @Test
    void cancelOkComesAfterTheLastDelivery() {
        client.call(1, consume("q", "c"), BasicConsumeOk.class);
        client.write(new ClientStream()
                .publish(1, "", "q", "a")
                .method(1, new BasicCancel("c", false))
                .publish(1, "", "q", "b"));

        assertThat(deliveries(client)).containsExactly("1:a", "BasicCancelOk");
    }

    @Test
    void cancellingAnUnknownTagSucceeds() {
        assertThat(client.call(1, new BasicCancel("none", false), BasicCancelOk.class)
                        .consumerTag())
                .isEqualTo("none");
    }

    @Test
    void whatACancelledConsumerHasMayStillBeAcknowledged() {
        publish("a", "b");
        client.send(1, new BasicQos(0, 1, false), consume("q", "c"), new BasicCancel("c", false));
        client.takeAll();
        client.send(1, new BasicAck(1, false), new BasicGet("q", true), new BasicGet("q", true));

        assertThat(client.next().body()).isEqualTo("b");
        client.expect(1, BasicGetEmpty.class);
    }

    @Test
    void aLostConnectionReturnsAllOfItsMessagesInOrderOverAllChannels() {
        client.send(1, new BasicQos(0, 2, false), consume("q", "one"));
        client.send(2, new BasicQos(0, 3, false), consume("q", "two"));
        publish("m0", "m1", "m2", "m3", "m4", "m5", "m6");
        client.disconnect();
        server.run();
        other.send(1, consume("q", "c"));

        assertThat(deliveries(other))
                .containsExactly("BasicConsumeOk", "1:m0!", "2:m1!", "3:m2!", "4:m3!", "5:m4!", "6:m5", "7:m6");
    }

    @Test
    void deliveriesWithoutAcknowledgementAreGoneOnceWritten() {
        client.send(1, consumeNoAck("q", "c"));
        publish("a");
        client.disconnect();
        server.run();

        other.call(1, new BasicGet("q", true), BasicGetEmpty.class);
    }

    @Test
    void aMessageOfTheSameReadAsTheAcknowledgementGoesOn() {
        client.send(1, new BasicQos(0, 1, false), consume("q", "c"));
        publish("a", "b", "c");
        client.takeAll();
        client.send(1, new BasicAck(1, false));
        assertThat(deliveries(client)).containsExactly("2:b");
        client.send(1, new BasicNack(2, false, false));
        assertThat(deliveries(client)).containsExactly("3:c");
    }

    @Test
    void aRequeuedMessageComesBackMarkedAndFirst() {
        client.send(1, new BasicQos(0, 1, false), consume("q", "c"));
        publish("a", "b");
        client.takeAll();
        client.send(1, new BasicNack(1, false, true));

        assertThat(deliveries(client)).containsExactly("2:a!");
    }

    @Test
    void recoverReturnsAllThatIsUnsettledOnTheChannel() {
        publish("a", "b");
        client.send(1, new BasicGet("q", false), new BasicGet("q", false));
        client.takeAll();
        client.call(1, new BasicRecover(true), BasicRecoverOk.class);
        client.send(1, consume("q", "c"));

        assertThat(deliveries(client)).containsExactly("BasicConsumeOk", "3:a!", "4:b!");
    }

    @Test
    void aSharedLimitHoldsOverAllConsumersOfTheChannelAndQueues() {
        client.call(1, declare("r"), QueueDeclareOk.class);
        client.call(1, new BasicQos(0, 2, true), BasicQosOk.class);
        client.send(1, consume("q", "c1"), consume("r", "c2"));
        client.takeAll();
        publish("q0", "q1", "q2");
        other.write(new ClientStream().publish(2, "", "r", "r0"));
        assertThat(deliveries(client)).containsExactly("1:q0", "2:q1");
        client.send(1, new BasicAck(2, true));
        assertThat(deliveries(client)).containsExactlyInAnyOrder("3:q2", "4:r0");
    }

    @Test
    void raisingASharedLimitLetsWaitingConsumersGoOn() {
        client.send(1, new BasicQos(0, 1, true), consume("q", "c"));
        publish("a", "b", "c");
        client.takeAll();
        client.send(1, new BasicQos(0, 2, true));
        assertThat(deliveries(client)).containsExactlyInAnyOrder("BasicQosOk", "2:b");
        client.send(1, new BasicQos(0, 0, true));
        assertThat(deliveries(client)).containsExactlyInAnyOrder("BasicQosOk", "3:c");
    }

    @Test
    void aSlowConsumerKeepsItsMessagesInTheQueueAndHarmsNobody() {
        other.call(1, declare("fast"), QueueDeclareOk.class);
        other.send(1, consumeNoAck("fast", "f"));
        client.send(1, consumeNoAck("q", "slow"));
        client.takeAll();
        client.stall();
        ClientStream stream = new ClientStream();
        for (int i = 0; i < 2_000; i++) {
            stream.publish(2, "", "q", "m" + i).publish(2, "", "fast", "f" + i);
        }
        other.write(stream);

        assertThat(other.takeBodies()).hasSize(2_001);
        assertThat(client.takeAll()).isEmpty();
        client.readAgain();
        List<String> late = client.takeBodies();
        assertThat(late).hasSize(2_000).startsWith("m0", "m1").endsWith("m1999");
    }

    @Test
    void whatNeverLeftTheServerReturnsUnmarkedEvenWithoutAcknowledgements() {
        client.send(1, consumeNoAck("q", "c"));
        client.takeAll();
        // Both in one loop's turn: the delivery is handed to the channel, and the channel is closed before it is
        // written.
        client.write(new ClientStream()
                .publish(2, "", "q", "a")
                .method(2, declare("q"))
                .method(1, new ChannelClose(200, "", 0, 0)));
        client.takeAll();
        other.send(1, consume("q", "c"));

        assertThat(deliveries(other)).containsExactly("BasicConsumeOk", "1:a");
    }

    @Test
    void aDeletedQueueIsAnnouncedToItsConsumers() {
        client.call(1, consume("q", "c"), BasicConsumeOk.class);
        publish("a");
        other.call(1, delete("q"), QueueDeleteOk.class);

        assertThat(describe(client.next())).isEqualTo("1:a");
        assertThat(client.expect(1, BasicCancel.class)).isEqualTo(new BasicCancel("c", true));
        client.call(1, declare("q"), QueueDeclareOk.class);
        client.call(1, consume("q", "c"), BasicConsumeOk.class);
    }

    @Test
    void aClientThatDoesNotKnowOfItIsNotTold() {
        TestClient old = server.connect();
        old.write(new ClientStream()
                .header()
                .login("guest", "guest", FieldTable.EMPTY)
                .method(0, new ConnectionTuneOk(2047, 8_192, 0))
                .method(0, new ConnectionOpen("/"))
                .openChannel(1)
                .method(1, consume("q", "c")));
        old.takeAll();
        other.call(1, delete("q"), QueueDeleteOk.class);

        assertThat(old.takeAll()).isEmpty();
    }

    @Test
    void anAutoDeleteQueueGoesWithItsLastConsumer() {
        client.call(
                1, new QueueDeclare("auto", false, false, false, true, false, FieldTable.EMPTY), QueueDeclareOk.class);
        client.send(1, consume("auto", "c1"), consume("auto", "c2"), new BasicCancel("c1", false));
        client.takeAll();
        other.send(1, new BasicGet("auto", true));
        other.expect(1, BasicGetEmpty.class);
        client.disconnect();
        server.run();

        assertThat(other.call(1, new BasicGet("auto", true), ChannelClose.class).replyCode())
                .isEqualTo(404);
    }

    @Test
    void aBodyIsSplitAtTheFrameSizeOfTheReceiver() {
        String body = "0123456789".repeat(5_000);
        client.send(1, consume("q", "c"));
        client.takeAll();
        publish(body);

        assertThat(client.takeBodies()).containsExactly(body);
    }

    @Test
    void aReplyReachesTheOneWhoAsked() {
        client.send(1, consumeNoAck("amq.rabbitmq.reply-to", "r"));
        client.takeAll();
        BasicProperties asking =
                BasicProperties.builder().replyTo("amq.rabbitmq.reply-to").build();
        client.write(new ClientStream().publish(1, new BasicPublish("", "q", false, false), asking, "ping"));
        String replyTo = replyToOf("q");
        other.write(new ClientStream().publish(2, "", replyTo, "pong"));

        assertThat(client.takeBodies()).containsExactly("pong");
    }

    /** The name that the broker put in the place of the pseudo queue's. */
    private String replyToOf(String queue) {
        other.send(1, new BasicGet(queue, true));
        return String.valueOf(other.lastProperties().replyTo());
    }
}
