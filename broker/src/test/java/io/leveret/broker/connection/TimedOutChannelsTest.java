package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.consume;
import static io.leveret.broker.connection.Calls.consumeNoAck;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicCancel;
import io.leveret.amqp.method.BasicConsumeOk;
import io.leveret.amqp.method.BasicDeliver;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetOk;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ChannelCloseOk;
import io.leveret.amqp.method.ChannelOpenOk;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
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

/** Deliveries wait for too long in very many channels of one connection: a turn of its loop looks into so many of them. */
class TimedOutChannelsTest {

    private static final int CHANNELS = 300;

    /** So many with one late delivery each are looked into in a turn. */
    private static final int IN_A_TURN = TimeOuts.TURN / (TimeOuts.CHANNEL + 1) + 1;

    private static final int MOST_CHANNELS = 2_000;
    private static final int TIMEOUT_MS = 60_000;
    private static final int CHECK_MS = 1_000;
    private static final String KEPT = "kept";

    private final VirtualHost vhost = new VirtualHost("/", DeprecatedFeatures.defaults());
    private final TestServer server = new TestServer(BrokerSettings.defaults(), vhost);
    private final TestClient other = server.open(1);

    @AfterEach
    void close() {
        server.close();
    }

    private void declare(String queue) {
        FieldTable arguments =
                FieldTable.builder().put("x-consumer-timeout", TIMEOUT_MS).build();
        other.call(1, new QueueDeclare(queue, false, false, false, false, false, arguments), QueueDeclareOk.class);
    }

    private void publish(String queue, int count) {
        ClientStream publishes = new ClientStream();
        IntStream.rangeClosed(1, count).forEach(number -> publishes.publish(1, "", queue, "message " + number));
        other.write(publishes);
    }

    private Queue queue(int channel) {
        return vhost.queues().find(KEPT + channel, this);
    }

    /** A client of which each channel, from the first to the last, keeps messages of a queue of its own. */
    private TestClient keeping(int first, int last, int messages) {
        TestClient client = server.open(last);
        for (int channel = 1; channel <= last; channel++) {
            String queue = KEPT + channel;
            declare(queue);
            client.call(channel, consume(queue, "c"), BasicConsumeOk.class);
            if (channel >= first) {
                publish(queue, messages);
                assertThat(client.takeAll()).hasSize(messages);
            }
        }
        return client;
    }

    /** Everything that was delivered has its time, and the next check is due. */
    private void letTimeOut(TestClient client) {
        server.advance(TIMEOUT_MS);
        assertThat(client.takeAll()).isEmpty();
        server.pass(CHECK_MS);
    }

    /** How many consumers are cancelled in a turn. */
    private int cancelledInATurn(TestClient client) {
        server.turn();
        List<Received> all = client.takeAll();
        assertThat(all).allSatisfy(each -> assertThat(each.method()).isEqualTo(new BasicCancel("c", true)));
        return all.size();
    }

    @Test
    void aTurnLooksIntoSoManyChannels() {
        TestClient client = keeping(1, CHANNELS, 1);
        letTimeOut(client);

        List<Integer> cancelled = new ArrayList<>();
        do {
            cancelled.add(cancelledInATurn(client));
        } while (client.isAtWork());

        assertThat(cancelled).containsExactly(IN_A_TURN, IN_A_TURN, IN_A_TURN, CHANNELS - 3 * IN_A_TURN);
    }

    @Test
    void aChannelWithManyDeliveriesHasATurnOfItsOwn() {
        TestClient client = keeping(1, 3, TimeOuts.TURN);
        letTimeOut(client);

        for (int channel = 1; channel <= 3; channel++) {
            assertThat(cancelledInATurn(client)).isOne();
            assertThat(queue(channel).counts().ready()).isEqualTo(TimeOuts.TURN);
        }
        assertThat(client.isAtWork()).isFalse();
    }

    @Test
    void thoseThatKeepNothingAreLookedIntoTogether() {
        TestClient client = keeping(TimeOuts.TURN / 2, TimeOuts.TURN / 2, 1);
        letTimeOut(client);

        assertThat(cancelledInATurn(client)).isOne();
        assertThat(client.isAtWork()).isFalse();
    }

    @Test
    void theNextCheckDoesNotBeginBeforeTheLastHasEnded() {
        TestClient client = keeping(1, CHANNELS, 1);
        letTimeOut(client);
        cancelledInATurn(client);

        server.pass(CHECK_MS);

        assertThat(cancelledInATurn(client)).isEqualTo(IN_A_TURN);
    }

    @Test
    void whatIsDeliveredDuringACheckHasItsFullTime() {
        TestClient client = keeping(1, CHANNELS - 1, 1);
        client.write(new ClientStream().openChannel(CHANNELS));
        client.expect(CHANNELS, ChannelOpenOk.class);
        declare(KEPT + CHANNELS);
        client.call(CHANNELS, consume(KEPT + CHANNELS, "young"), BasicConsumeOk.class);
        letTimeOut(client);
        cancelledInATurn(client);

        server.pass(TIMEOUT_MS / 2);
        publish(KEPT + CHANNELS, 1);
        assertThat(client.takeAll())
                .filteredOn(each -> each.method() instanceof BasicDeliver)
                .hasSize(1);

        server.advance(TIMEOUT_MS / 2 + CHECK_MS);
        assertThat(client.takeAll()).isEmpty();
        server.advance(TIMEOUT_MS / 2 + CHECK_MS);
        client.expect(CHANNELS, BasicCancel.class);
    }

    @Test
    void aChannelThatClosesMeanwhileIsNotTakenForTheNextOfItsNumber() {
        TestClient client = keeping(1, CHANNELS, 1);
        letTimeOut(client);
        cancelledInATurn(client);

        client.write(new ClientStream()
                .method(CHANNELS, new ChannelClose(200, "", 0, 0))
                .openChannel(CHANNELS)
                .method(CHANNELS, consume(KEPT + CHANNELS, "next")));

        assertThat(client.takeAll())
                .filteredOn(each -> each.channel() == CHANNELS)
                .extracting(each -> each.method().getClass().getSimpleName())
                .containsExactly("ChannelCloseOk", "ChannelOpenOk", "BasicConsumeOk", "BasicDeliver");
        assertThat(queue(CHANNELS).counts().unacked()).isOne();
        assertThat(queue(CHANNELS - 1).counts().ready()).isOne();
    }

    @Test
    void aConnectionThatDiesMeanwhileGivesEverythingBack() {
        TestClient client = keeping(1, CHANNELS, 1);
        letTimeOut(client);
        cancelledInATurn(client);

        client.disconnect();
        server.run();

        assertThat(server.connectionCount()).isOne();
        for (int channel = 1; channel <= CHANNELS; channel++) {
            assertThat(queue(channel).counts().ready()).isOne();
        }
    }

    /** Each channel gets one of the messages of a queue, the first the last one. No consumer has it, and so the channel has to close. */
    private TestClient getOneEach() {
        declare(KEPT);
        publish(KEPT, MOST_CHANNELS);
        TestClient client = server.open(MOST_CHANNELS);
        for (int channel = MOST_CHANNELS; channel > 0; channel--) {
            client.send(channel, new BasicGet(KEPT, false));
            client.expect(channel, BasicGetOk.class);
        }
        return client;
    }

    @Test
    void eachOfVeryManyIsClosedOnce() {
        TestClient client = getOneEach();
        letTimeOut(client);

        List<Received> closes = new ArrayList<>();
        do {
            server.turn();
            List<Received> ofTurn = client.takeAll();
            assertThat(ofTurn).hasSizeBetween(1, IN_A_TURN);
            closes.addAll(ofTurn);
        } while (client.isAtWork());
        server.advance(TIMEOUT_MS);

        assertThat(client.takeAll()).isEmpty();
        assertThat(closes)
                .extracting(Received::channel)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, MOST_CHANNELS).boxed().toList());
        assertThat(closes)
                .allSatisfy(each -> assertThat(each.method())
                        .isEqualTo(new ChannelClose(
                                406,
                                "PRECONDITION_FAILED - delivery acknowledgement on channel " + each.channel()
                                        + " timed out. Timeout value used: " + TIMEOUT_MS
                                        + " ms. This timeout value can be configured, see consumers doc guide to learn more",
                                0,
                                0)));
    }

    @Test
    void whatVeryManyHadReturnsInOrder() {
        TestClient client = getOneEach();
        letTimeOut(client);
        server.run();

        Queue kept = vhost.queues().find(KEPT, this);
        assertThat(kept.counts().unacked()).isZero();
        assertThat(kept.counts().ready()).isEqualTo(MOST_CHANNELS);
        other.call(1, consumeNoAck(KEPT, "rest"), BasicConsumeOk.class);
        assertThat(other.takeBodies())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, MOST_CHANNELS)
                        .mapToObj(number -> "message " + number)
                        .toList());
    }

    @Test
    void theNumbersOfVeryManyMayBeUsedAgain() {
        TestClient client = getOneEach();
        letTimeOut(client);
        server.run();
        client.takeAll();

        ClientStream again = new ClientStream();
        for (int channel = 1; channel <= MOST_CHANNELS; channel++) {
            again.method(channel, new ChannelCloseOk()).openChannel(channel);
        }
        client.write(again);

        assertThat(client.takeAll())
                .hasSize(MOST_CHANNELS)
                .allSatisfy(each -> assertThat(each.method()).isInstanceOf(ChannelOpenOk.class));
    }
}
