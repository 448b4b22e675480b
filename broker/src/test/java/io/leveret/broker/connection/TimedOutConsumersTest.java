package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.consume;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicCancel;
import io.leveret.amqp.method.BasicConsumeOk;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetOk;
import io.leveret.amqp.method.BasicQos;
import io.leveret.amqp.method.BasicQosOk;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ChannelCloseOk;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.broker.channel.GivingBack;
import io.leveret.broker.connection.TestClient.Received;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.vhost.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Consumers of a channel keep so much for too long, or are so many, that it is taken back in pieces: none gets what another one had.
 */
class TimedOutConsumersTest {

    private static final int MESSAGES = 4 * GivingBack.PIECE;
    private static final int TIMEOUT_MS = 60_000;
    private static final int CHECK_MS = 1_000;
    private static final int CONSUMERS = 500;

    /** So many are cancelled in a turn. */
    private static final int IN_A_TURN = 200;

    private static final String KEPT = "kept";

    private final VirtualHost vhost = new VirtualHost("/", DeprecatedFeatures.defaults());
    private final TestServer server = new TestServer(BrokerSettings.defaults(), vhost);
    private final TestClient client = server.open(1);

    @AfterEach
    void close() {
        server.close();
    }

    private Queue declare() {
        FieldTable arguments =
                FieldTable.builder().put("x-consumer-timeout", TIMEOUT_MS).build();
        client.call(1, new QueueDeclare(KEPT, false, true, false, false, false, arguments), QueueDeclareOk.class);
        return vhost.queues().find(KEPT, this);
    }

    private void publish(int count) {
        ClientStream publishes = new ClientStream();
        IntStream.range(0, count).forEach(number -> publishes.publish(1, "", KEPT, "message " + number));
        client.write(publishes);
    }

    @Test
    void bothAreCancelledBeforeAnythingReturns() {
        Queue kept = declare();
        client.call(1, consume(KEPT, "one"), BasicConsumeOk.class);
        client.call(1, consume(KEPT, "two"), BasicConsumeOk.class);
        publish(MESSAGES);
        assertThat(client.takeAll()).hasSize(MESSAGES);

        server.advance(TIMEOUT_MS + 2_000);

        assertThat(client.takeAll())
                .extracting(Received::method)
                .containsExactlyInAnyOrder(new BasicCancel("one", true), new BasicCancel("two", true));
        assertThat(kept.counts().ready()).isEqualTo(MESSAGES);
        assertThat(kept.counts().unacked()).isZero();
    }

    /** Very many consumers have kept one message each, and the next check is due. */
    private Queue keepOneEach() {
        Queue kept = declare();
        client.call(1, new BasicQos(0, 1, false), BasicQosOk.class);
        for (int consumer = 0; consumer < CONSUMERS; consumer++) {
            client.call(1, consume(KEPT, "c" + consumer), BasicConsumeOk.class);
        }
        publish(CONSUMERS);
        assertThat(client.takeAll()).hasSize(CONSUMERS);
        return kept;
    }

    private void letTimeOut() {
        server.advance(TIMEOUT_MS);
        assertThat(client.takeAll()).isEmpty();
        server.pass(CHECK_MS);
    }

    private List<Received> takeATurn() {
        server.turn();
        return client.takeAll();
    }

    @Test
    void veryManyAreCancelledInPiecesBeforeAnythingReturns() {
        Queue kept = keepOneEach();
        letTimeOut();

        List<Integer> cancelled = new ArrayList<>();
        do {
            assertThat(kept.counts().unacked()).isEqualTo(CONSUMERS);
            List<Received> ofTurn = takeATurn();
            assertThat(ofTurn).allSatisfy(each -> assertThat(each.method()).isInstanceOf(BasicCancel.class));
            cancelled.add(ofTurn.size());
        } while (client.isAtWork());

        assertThat(cancelled).containsExactly(IN_A_TURN, IN_A_TURN, CONSUMERS - 2 * IN_A_TURN);
        assertThat(kept.counts().unacked()).isZero();
        assertThat(kept.counts().ready()).isEqualTo(CONSUMERS);
    }

    /** What is got is no consumer's, and the last to be found. */
    @Test
    void allReturnsIfTheChannelHasToCloseInTheMiddle() {
        Queue kept = keepOneEach();
        publish(1);
        client.call(1, new BasicGet(KEPT, false), BasicGetOk.class);
        letTimeOut();

        server.run();

        List<Received> all = client.takeAll();
        assertThat(all).hasSize(CONSUMERS + 1);
        assertThat(all.get(CONSUMERS).method()).isInstanceOf(ChannelClose.class);
        assertThat(kept.counts().ready()).isEqualTo(CONSUMERS + 1);
        assertThat(kept.counts().unacked()).isZero();
    }

    @Test
    void allReturnsIfTheClientClosesTheChannelInTheMiddle() {
        Queue kept = keepOneEach();
        letTimeOut();
        assertThat(takeATurn()).hasSize(IN_A_TURN);

        client.send(1, new ChannelClose(200, "", 0, 0));

        client.expect(1, ChannelCloseOk.class);
        assertThat(client.takeAll()).isEmpty();
        assertThat(kept.counts().ready()).isEqualTo(CONSUMERS);
        assertThat(kept.counts().unacked()).isZero();
    }

    @Test
    void allReturnsIfTheConnectionDiesInTheMiddle() {
        Queue kept = keepOneEach();
        letTimeOut();
        assertThat(takeATurn()).hasSize(IN_A_TURN);

        client.disconnect();
        server.run();

        assertThat(kept.counts().ready()).isEqualTo(CONSUMERS);
        assertThat(kept.counts().unacked()).isZero();
    }
}
